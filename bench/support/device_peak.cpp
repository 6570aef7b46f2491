#include "bench/support/device_peak.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <chrono>

#include "engine/model/weights.h"

namespace assay::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// Seconds of the fastest of some calls; `result` is read, so that a device that works apart has ended.
template <class Call>
double fastest(Call&& call) {
  constexpr int calls = 5;
  double best = 1e9;
  for (int i = 0; i < calls; ++i) {
    const auto start = Clock::now();
    const at::Tensor result = call();
    (void)result.flatten()[0].item<float>();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

}  // namespace

double matmul_teraflops(const std::string& device, engine::NumberType type) {
  const c10::InferenceMode no_gradients;
  const at::Device on(device);
  const std::int64_t side = on.is_cpu() ? 2048 : 8192;
  // Random numbers: a GPU draws less power for equal ones, and clocks higher than it does for a model's.
  const at::Tensor matrix = at::randn({side, side}, at::TensorOptions().device(on).dtype(engine::scalar_type(type)));
  const double operations = 2.0 * static_cast<double>(side) * static_cast<double>(side) * static_cast<double>(side);
  return operations / fastest([&] { return at::matmul(matrix, matrix); }) / 1e12;
}

double copy_gigabytes(const std::string& device) {
  const c10::InferenceMode no_gradients;
  const at::Device on(device);
  const std::int64_t numbers = on.is_cpu() ? 64 << 20 : 512 << 20;
  const at::Tensor from = at::ones({numbers}, at::TensorOptions().device(on).dtype(at::kFloat));
  at::Tensor to = at::empty_like(from);
  return 2.0 * static_cast<double>(numbers) * sizeof(float) / fastest([&] { return to.copy_(from); }) / 1e9;
}

}  // namespace assay::bench
