#pragma once
/// How a sample's process notes an attempt where the warden finds it, whatever becomes of the process: as its hard
/// limit of file locks, which Linux has ignored since 2.4.25. C layout.
///
/// A hard limit can be lowered and, without rights, never raised: a note can't be taken back, and it outlives an
/// _exit(), a crash or a kill, since the warden reads it from the process before it reaps it. It needs no descriptor,
/// no frame between others and no memory in common. What it says is the process's own word all the same: a sample that
/// runs native code can keep a note from being made.
///
/// `no_note` stands for the limit as it was inherited. From each value only lower ones can be reached, so the order of
/// the constants is that of what they say: whoever lowers the limit by hand says more of himself, not less.
#include <sys/resource.h>

namespace assay::sandbox {

inline constexpr rlim_t note_outside_view = 1'000'003;
inline constexpr rlim_t note_forged_type = 1'000'002;
inline constexpr rlim_t note_both = 1'000'001;

/// The limit that says both what `now` says and what `more`, a note of one kind, says.
constexpr rlim_t with_note(rlim_t now, rlim_t more) {
  if (now > note_outside_view) return more;
  return now == more ? now : note_both;
}

}  // namespace assay::sandbox
