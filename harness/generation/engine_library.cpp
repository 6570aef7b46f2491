#include "harness/generation/engine_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <string>
#include <system_error>

#include "engine/library.h"
#include "harness/errors.h"

namespace assay::harness {
namespace {

std::filesystem::path beside_this_program() {
  std::error_code failed;
  return std::filesystem::read_symlink("/proc/self/exe", failed).parent_path() / "libassay-engine.so";
}

/// Never closed: LibTorch does not survive that.
Result<const engine::EngineLibrary*> library() {
  const std::string path = beside_this_program().string();
  if (!have_engine())
    return tl::unexpected(
        Error{Errc::usage, "this build has no engine; run scripts/setup --with-engine and build again"});
  void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!module) return tl::unexpected(Error{Errc::usage, fmt::format("the engine cannot be loaded: {}", ::dlerror())});
  const auto get = reinterpret_cast<engine::EngineLibraryFunction>(::dlsym(module, engine::engine_library_symbol));
  if (!get || std::string_view(get()->build) != ASSAY_VERSION)
    return tl::unexpected(Error{Errc::usage, fmt::format("{}: of another build than this program", path)});
  return get();
}

}  // namespace

bool have_engine() {
  std::error_code failed;
  return std::filesystem::exists(beside_this_program(), failed);
}

Result<std::unique_ptr<engine::Engine>> open_engine(const std::filesystem::path& model,
                                                    const engine::EngineOptions& options) {
  const auto loaded = library();
  if (!loaded) return tl::unexpected(loaded.error());
  auto made = (*loaded)->load(model, options);
  if (!made) return tl::unexpected(of_engine(made.error()));
  return std::move(*made);
}

}  // namespace assay::harness
