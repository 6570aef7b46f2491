#pragma once
/// What LibTorch throws, as errors.
#include <c10/util/Exception.h>

#include <exception>
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
    bool memory = false;  // as the CPU's allocator, CUDA and its libraries, and oneDNN call it
    for (const char* words : {"can't allocate memory", "out of memory", "ALLOC_FAILED", "could not create a memory"})
      memory = memory || what.find(words) != std::string_view::npos;
    return fault(memory ? Errc::no_memory : Errc::device, what);
  } catch (const std::bad_alloc&) {
    return fault(Errc::no_memory, "the host has no memory left");
  } catch (const std::exception& error) {  // of the libraries below LibTorch
    return fault(Errc::device, error.what());
  }
}

}  // namespace assay::engine
