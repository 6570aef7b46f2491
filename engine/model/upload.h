#pragma once
/// Numbers on their way to a device.
#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

namespace assay::engine {

/// `numbers` in one copy. On a GPU nothing waits for it: it is made out of pinned memory, which LibTorch's allocator
/// gives to no one else before the copy is done, though the tensor is gone by then.
template <class Number>
at::Tensor uploaded(const std::vector<Number>& numbers, at::Device device) {
  const auto type = at::TensorOptions().dtype(c10::CppTypeToScalarType<Number>::value);
  const at::Tensor here = at::empty({static_cast<std::int64_t>(numbers.size())}, type.pinned_memory(device.is_cuda()));
  std::copy(numbers.begin(), numbers.end(), here.mutable_data_ptr<Number>());
  return here.to(device, here.scalar_type(), /*non_blocking=*/true);
}

}  // namespace assay::engine
