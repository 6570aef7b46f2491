#pragma once
/// Runs seccomp's programs as the kernel would, on calls that are never made: the policy can be asked about every call
/// there is, the dangerous ones too.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "sandbox/unique_fd.h"

namespace assay::tests {

/// One classic BPF program of those that seccomp takes.
class FilterMachine {
 public:
  explicit FilterMachine(const sandbox::UniqueFd& file) {
    sock_filter instruction{};
    while (::read(file.get(), &instruction, sizeof instruction) == sizeof instruction) code_.push_back(instruction);
  }
  [[nodiscard]] bool empty() const { return code_.empty(); }

  /// What the program returns (SECCOMP_RET_...); nothing where it is no program of this kind.
  [[nodiscard]] std::optional<std::uint32_t> run(const seccomp_data& data) const {
    std::uint32_t a = 0, x = 0;
    std::array<std::uint32_t, BPF_MEMWORDS> memory{};
    for (std::size_t at = 0; at < code_.size(); ++at) {
      const sock_filter& next = code_[at];
      switch (BPF_CLASS(next.code)) {
        case BPF_LD:
          if (BPF_MODE(next.code) == BPF_IMM) {
            a = next.k;
          } else if (BPF_MODE(next.code) == BPF_MEM && next.k < memory.size()) {
            a = memory[next.k];
          } else if (BPF_MODE(next.code) == BPF_ABS && next.k + sizeof a <= sizeof data) {
            std::memcpy(&a, reinterpret_cast<const char*>(&data) + next.k, sizeof a);
          } else {
            return std::nullopt;
          }
          break;
        case BPF_ST:
          if (next.k >= memory.size()) return std::nullopt;
          memory[next.k] = a;
          break;
        case BPF_ALU:
          if (BPF_OP(next.code) != BPF_AND || BPF_SRC(next.code) != BPF_K) return std::nullopt;
          a &= next.k;
          break;
        case BPF_JMP: {
          const std::uint32_t with = BPF_SRC(next.code) == BPF_K ? next.k : x;
          bool jumps = false;
          switch (BPF_OP(next.code)) {
            case BPF_JA:
              at += next.k;
              continue;
            case BPF_JEQ:
              jumps = a == with;
              break;
            case BPF_JGT:
              jumps = a > with;
              break;
            case BPF_JGE:
              jumps = a >= with;
              break;
            case BPF_JSET:
              jumps = (a & with) != 0;
              break;
            default:
              return std::nullopt;
          }
          at += jumps ? next.jt : next.jf;
          break;
        }
        case BPF_RET:
          return BPF_RVAL(next.code) == BPF_A ? a : next.k;
        default:
          return std::nullopt;
      }
    }
    return std::nullopt;
  }

 private:
  std::vector<sock_filter> code_;
};

/// Of two answers the one that the kernel follows: by action as a signed number, the lowest first.
inline std::uint32_t strictest(std::uint32_t one, std::uint32_t other) {
  const auto order = [](std::uint32_t answer) { return static_cast<std::int32_t>(answer & SECCOMP_RET_ACTION_FULL); };
  return order(other) < order(one) ? other : one;
}

}  // namespace assay::tests
