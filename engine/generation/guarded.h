#pragma once
/// What LibTorch throws, as errors.
#include <c10/util/Exception.h>

#include <new>
#include <string>
#include <string_view>

#include "engine/error.h"

namespace assay::engine {

/// Runs `work`, which returns a Result. Messages of LibTorch have many lines; the first tells what was wrong.
template <class Work>
auto guarded(Work&& work) -> decltype(work()) {
  const auto fault = [](Errc code, std::string_view what) {
    return tl::unexpected(Error{code, "LibTorch: " + std::string(what.substr(0, what.find('\n')))});
  };
  try {
    return work();
  } catch (const c10::OutOfMemoryError& error) {
    return fault(Errc::no_memory, error.what_without_backtrace());
  } catch (const c10::Error& error) {
    const std::string_view what = error.what_without_backtrace();
    const bool memory = what.find("can't allocate memory") != std::string_view::npos;  // the CPU's allocator
    return fault(memory ? Errc::no_memory : Errc::device, what);
  } catch (const std::bad_alloc&) {
    return fault(Errc::no_memory, "the host has no memory left");
  }
}

}  // namespace assay::engine
