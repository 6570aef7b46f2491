#include "sandbox/wire/job_bytes.h"

#include "sandbox/wire/job_parts.h"
#include "sandbox/wire/packer.h"

namespace assay::sandbox {

std::string job_bytes(const CallJob& job) {
  Packer out, options, inputs;
  out.put(std::string_view(job.program));
  out.put(std::string_view(job.entry_point));
  options.put(job.seed);
  options.put(job.iterate_results);
  options.put(job.keep_going);
  out.put(std::string_view(options.bytes()));
  // A marshal list. Its elements hold no references, so that they may stand side by side.
  std::uint64_t size = 1 + sizeof(std::uint32_t);
  for (const auto& input : job.inputs) size += input.size();
  out.put(size);
  std::string bytes = out.take();
  bytes.reserve(bytes.size() + size);
  inputs.put('[');
  inputs.put(static_cast<std::uint32_t>(job.inputs.size()));
  bytes += inputs.bytes();
  for (const auto& input : job.inputs) bytes += input;
  return bytes;
}

std::string job_bytes(const ProgramJob& job) {
  Packer out;
  out.put(job.seed);
  out.put(std::string_view(job.program));
  for (const auto* texts : {&job.command, &job.environment, &job.fetch}) put(out, *texts);
  out.put(job.fetch_bytes);
  put(out, job.files);
  return out.take();
}

std::string sample_job_bytes(const CheckJob& job) {
  Packer out;
  out.put(std::string_view(job.program));
  // Of several names, one that is not there fails the tests that use it.
  out.put(job.others.empty() ? std::string_view(job.entry_point) : std::string_view());
  Packer options;
  options.put(job.seed);
  options.put(job.objects);
  out.put(std::string_view(options.bytes()));
  out.put(std::string_view(job.shared_code));
  return out.take();
}

std::string checker_job_bytes(const CheckJob& job, std::uint64_t seed) {
  Packer out;
  out.put(std::string_view(job.entry_point));
  out.put(std::string_view(job.setup));
  Packer options;
  options.put(seed);
  for (const auto* texts : {&job.tests, &job.others, &job.classes, &job.methods, &job.shared_classes})
    options.put(static_cast<std::uint64_t>(texts->size()));
  options.put(job.keep_going);
  options.put(job.objects);
  options.put(job.apart);
  out.put(std::string_view(options.bytes()));
  for (const auto* texts : {&job.others, &job.classes, &job.methods, &job.shared_classes, &job.tests})
    for (const auto& text : *texts) out.put(std::string_view(text));
  return out.take();
}

std::string shared_job_bytes(const CheckJob& job) {
  Packer out;
  out.put(std::string_view(job.program));
  return out.take() + checker_job_bytes(job, job.seed);
}

}  // namespace assay::sandbox
