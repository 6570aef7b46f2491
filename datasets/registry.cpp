#include "datasets/registry.h"

#include <algorithm>

namespace assay::datasets {
namespace {

constexpr std::size_t humaneval_problems = 164, mbpp_plus_problems = 378;

// GitHub's branches move, so what has no release is known by its sha256 alone.
constexpr Entry entries[] = {
    {"humaneval", "humaneval", Format::evalplus, Family::humaneval, "v0.1.10", humaneval_problems, "Apache-2.0",
     "https://github.com/evalplus/humanevalplus_release/releases/download/v0.1.10/HumanEvalPlus.jsonl.gz",
     "HumanEvalPlus-v0.1.10.jsonl", "42526ec0e7d5f3ee0b06d6ced98f8c8bae3d76519151bfb3d36f79010645bd7f"},
    {"humaneval-mini", "humaneval", Format::evalplus, Family::humaneval, "v0.1.10", humaneval_problems, "Apache-2.0",
     "https://github.com/evalplus/humanevalplus_release/releases/download/v0.1.10/HumanEvalPlus-Mini.jsonl.gz",
     "HumanEvalPlus-Mini-v0.1.10.jsonl", "78fbba8865b20c5a979cda6e02fd72538e1762e65980af7d1a6e93c3e87e93af"},
    {"humaneval-noextreme", "humaneval", Format::evalplus, Family::humaneval, "v0.1.10", humaneval_problems,
     "Apache-2.0",
     "https://github.com/evalplus/humanevalplus_release/releases/download/v0.1.10/HumanEvalPlus-NoExtreme.jsonl.gz",
     "HumanEvalPlus-NoExtreme-v0.1.10.jsonl", "3c5aa88735e442f327030f7097f9443ee173419e0db2a75b1c12730415398e88"},
    {"mbpp", "mbpp", Format::evalplus, Family::mbpp, "v0.2.0", mbpp_plus_problems, "Apache-2.0",
     "https://github.com/evalplus/mbppplus_release/releases/download/v0.2.0/MbppPlus.jsonl.gz", "MbppPlus-v0.2.0.jsonl",
     "b54e762755248ca411b523c917fa9f93c07b5ff2966bf60b3917b853926a3dad"},
    {"mbpp-noextreme", "mbpp", Format::evalplus, Family::mbpp, "v0.2.0", mbpp_plus_problems, "Apache-2.0",
     "https://github.com/evalplus/mbppplus_release/releases/download/v0.2.0/MbppPlus-NoExtreme.jsonl.gz",
     "MbppPlus-NoExtreme-v0.2.0.jsonl", "2682a29850fb17185106b2f40e72d1ebe7091b7393c576cff71b60e83c42ed33"},
    {"humaneval-original", "humaneval-original", Format::humaneval, Family::humaneval, "master", humaneval_problems,
     "MIT", "https://github.com/openai/human-eval/raw/master/data/HumanEval.jsonl.gz", "HumanEval.jsonl",
     "1d49078ba3e2b196b9344535bef34a43021f038fad9561d6ee7c53450609a6a2"},
    {"mbpp-original", "mbpp-original", Format::mbpp, Family::mbpp, "master", 974, "CC-BY-4.0",
     "https://github.com/google-research/google-research/raw/master/mbpp/mbpp.jsonl", "mbpp.jsonl",
     "ccf64ceae9c5403bf50a044cb6d505bfd2a2963ee58338ba268fd65beab92a9f"},
    {"mbpp-sanitized", "mbpp-sanitized", Format::mbpp, Family::mbpp, "master", 427, "CC-BY-4.0",
     "https://github.com/google-research/google-research/raw/master/mbpp/sanitized-mbpp.json", "sanitized-mbpp.json",
     "7fec016546acaee11dbe14f9f0bb670e59f41919f7b522a59fba34871da78551"},
};

}  // namespace

std::span<const Entry> registry() { return entries; }

const Entry* find_entry(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(entries), std::end(entries), [&](const Entry& e) { return e.name == name; });
  return found == std::end(entries) ? nullptr : found;
}

std::string known_names() {
  std::string names;
  for (const Entry& entry : entries) names.append(entry.name).append(", ");
  return names.append(mini_name);
}

}  // namespace assay::datasets
