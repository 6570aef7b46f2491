#include "engine/generation/device_name.h"

#include <dlfcn.h>

#include <array>

namespace assay::engine {

std::string gpu_name(int index) {
  // As cuda.h has them: a CUresult and a CUdevice are ints, and 0 is success.
  using Init = int(unsigned flags);
  using Get = int(int* device, int ordinal);
  using Name = int(char* name, int size, int device);
  void* const driver = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);  // kept: LibTorch works on it
  if (!driver) return {};
  auto* const init = reinterpret_cast<Init*>(::dlsym(driver, "cuInit"));
  auto* const get = reinterpret_cast<Get*>(::dlsym(driver, "cuDeviceGet"));
  auto* const name = reinterpret_cast<Name*>(::dlsym(driver, "cuDeviceGetName"));
  int device = 0;
  std::array<char, 256> text{};
  if (!init || !get || !name || init(0) != 0 || get(&device, index) != 0) return {};
  if (name(text.data(), static_cast<int>(text.size()) - 1, device) != 0) return {};
  return text.data();
}

}  // namespace assay::engine
