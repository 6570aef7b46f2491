#include "harness/generation/model_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "datasets/cache.h"
#include "datasets/digest.h"
#include "harness/replace_file.h"
#include "sandbox/unique_fd.h"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t block_bytes = 4U << 20;
constexpr std::uint64_t kept_from_bytes = 1U << 20;    // smaller ones are read as fast as a digest is looked up
constexpr std::uint64_t told_from_bytes = 1ULL << 30;  // a second or two
constexpr std::size_t digest_letters = 64, most_threads = 16;

/// What loading reads besides the weights, where it is there.
constexpr const char* names[] = {
    "config.json",           "generation_config.json", "tokenizer.json",          "vocab.json",         "merges.txt",
    "tokenizer_config.json", "added_tokens.json",      "special_tokens_map.json", "chat_template.jinja"};

tl::unexpected<Error> unreadable(const fs::path& path, const std::string& why) {
  return tl::unexpected(Error{Errc::bad_data, fmt::format("{}: {}", path.string(), why)});
}

struct File {
  fs::path path;
  sandbox::UniqueFd fd;
  struct stat status {};
  std::string digest;                    ///< once it is known
  std::vector<datasets::Sha256> blocks;  ///< while it is not

  [[nodiscard]] std::uint64_t size() const { return static_cast<std::uint64_t>(status.st_size); }
};

Result<File> opened(fs::path path) {
  File file;
  file.path = std::move(path);
  file.fd = sandbox::UniqueFd(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.fd || ::fstat(file.fd.get(), &file.status) != 0) return unreadable(file.path, std::strerror(errno));
  if (!S_ISREG(file.status.st_mode)) return unreadable(file.path, "no ordinary file");
  return file;
}

/// What changes with the content. The second time is the kernel's own: nobody sets it back.
std::string state_of(const struct stat& status) {
  return fmt::format("{:x}-{:x}-{}-{}.{:09}-{}.{:09}", status.st_dev, status.st_ino, status.st_size,
                     status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
}

/// Digests of files that have not changed since.
class KeptDigests {
 public:
  KeptDigests() {
    if (auto cache = datasets::cache_folder()) folder_ = *cache / "digests";
  }

  [[nodiscard]] std::string find(const File& file) const {
    if (folder_.empty() || file.size() < kept_from_bytes) return "";
    std::string digest;
    std::ifstream(folder_ / state_of(file.status)) >> digest;
    const bool whole =
        digest.size() == digest_letters && digest.find_first_not_of("0123456789abcdef") == std::string::npos;
    return whole ? digest : "";
  }

  /// Not of a file that was written just now: what is written next may bear the same time. Where it can't be kept it is
  /// computed again another time.
  void keep(const File& file) const {
    constexpr std::time_t settled = 2;
    struct stat now {};
    if (folder_.empty() || file.size() < kept_from_bytes || ::fstat(file.fd.get(), &now) != 0 ||
        state_of(now) != state_of(file.status) || std::time(nullptr) - now.st_mtim.tv_sec < settled)
      return;
    std::error_code ignored;
    fs::create_directories(folder_, ignored);
    ReplaceFile kept(folder_ / state_of(file.status));
    kept.write(file.digest + "\n");
    (void)kept.finish();
  }

 private:
  fs::path folder_;
};

/// Reads blocks of files, as many at once as there are cores.
class Reading {
 public:
  Reading(std::vector<File>& files, std::stop_token stop) : stop_(std::move(stop)) {
    for (File& file : files) {
      if (!file.digest.empty()) continue;
      file.blocks.resize((file.size() + block_bytes - 1) / block_bytes);
      for (std::size_t i = 0; i < file.blocks.size(); ++i) blocks_.push_back({&file, i});
    }
  }

  Result<void> run() {
    {
      const std::size_t cores = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, most_threads);
      std::vector<std::jthread> others;
      for (std::size_t i = 1; i < std::min(cores, blocks_.size()); ++i) others.emplace_back([this] { work(); });
      work();
    }
    if (stop_.stop_requested()) return tl::unexpected(Error{Errc::interrupted, "interrupted"});
    if (const File* file = changed_) return unreadable(file->path, "it changed while it was read");
    return {};
  }

 private:
  struct Block {
    File* file;
    std::size_t number;
  };

  void work() {
    std::string bytes(block_bytes, '\0');
    for (std::size_t i = next_++; i < blocks_.size() && !stop_.stop_requested() && !changed_; i = next_++) {
      const auto& [file, number] = blocks_[i];
      const std::uint64_t at = number * block_bytes, size = std::min(block_bytes, file->size() - at);
      if (!read(*file, at, size, bytes.data())) changed_ = file;
      file->blocks[number] = datasets::sha256_digest(std::string_view(bytes).substr(0, size));
    }
  }
  static bool read(const File& file, std::uint64_t at, std::uint64_t size, char* into) {
    for (std::uint64_t done = 0; done < size;) {
      const ssize_t got = ::pread(file.fd.get(), into + done, size - done, static_cast<off_t>(at + done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      done += static_cast<std::uint64_t>(got);
    }
    return true;
  }

  std::stop_token stop_;
  std::vector<Block> blocks_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<const File*> changed_ = nullptr;
};

Result<std::vector<File>> files_of(const fs::path& folder, const std::vector<fs::path>& weights) {
  std::vector<fs::path> paths = weights;
  for (const char* name : names)
    if (std::error_code ignored; fs::exists(folder / name, ignored)) paths.push_back(folder / name);
  std::ranges::sort(paths, {}, [](const fs::path& path) { return path.filename(); });
  std::vector<File> files;
  for (fs::path& path : paths) {
    auto file = opened(std::move(path));
    if (!file) return tl::unexpected(file.error());
    files.push_back(std::move(*file));
  }
  return files;
}

}  // namespace

Result<std::string> model_digest(const fs::path& folder, const std::vector<fs::path>& weights,
                                 const std::function<void(std::uint64_t bytes)>& reading, const std::stop_token& stop) {
  auto files = files_of(folder, weights);
  if (!files) return tl::unexpected(files.error());
  const KeptDigests kept;
  std::uint64_t bytes = 0;
  for (File& file : *files) {
    file.digest = kept.find(file);
    if (file.digest.empty()) bytes += file.size();
  }
  if (reading && bytes >= told_from_bytes) reading(bytes);
  if (const auto read = Reading(*files, stop).run(); !read) return tl::unexpected(read.error());
  std::string all;
  for (File& file : *files) {
    if (file.digest.empty()) {
      std::string blocks;
      for (const datasets::Sha256& block : file.blocks)
        blocks.append(reinterpret_cast<const char*>(block.data()), block.size());
      file.digest = datasets::sha256(blocks);
      kept.keep(file);
    }
    all += fmt::format("{} {} {}\n", file.path.filename().string(), file.size(), file.digest);
  }
  return datasets::sha256(all);
}

}  // namespace assay::harness
