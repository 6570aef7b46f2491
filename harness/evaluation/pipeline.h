#pragma once
/// Bounded parallel work over a list, in its order.
#include <oneapi/tbb/parallel_pipeline.h>

#include <cstddef>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace assay::harness {

/// Calls `work(i)` for i from 0 to `count`, at most `in_flight` at once and started in order, and `collect(result)`
/// with what each gave, never two at once. After a stop nothing new starts; what has started is still collected.
template <class Work, class Collect>
void work_through(std::size_t count, std::size_t in_flight, const std::stop_token& stop, const Work& work,
                  const Collect& collect) {
  using Made = std::invoke_result_t<Work, std::size_t>;
  using oneapi::tbb::filter_mode, oneapi::tbb::make_filter;
  std::size_t next = 0;
  const auto take = [&](oneapi::tbb::flow_control& control) -> std::size_t {
    if (next < count && !stop.stop_requested()) return next++;
    control.stop();
    return 0;
  };
  oneapi::tbb::parallel_pipeline(
      in_flight,
      make_filter<void, std::size_t>(filter_mode::serial_in_order, take) &
          make_filter<std::size_t, Made>(filter_mode::parallel, [&](std::size_t i) { return work(i); }) &
          make_filter<Made, void>(filter_mode::serial_out_of_order, [&](Made made) { collect(std::move(made)); }));
}

}  // namespace assay::harness
