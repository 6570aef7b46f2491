#pragma once
/// What can go wrong on our side, in the harness's words. What a sample does is never among these: that is a verdict.
#include <string>
#include <tl/expected.hpp>

namespace assay::harness {

enum class Errc {
  usage,        ///< the command was called wrongly
  bad_data,     ///< samples, data set or results file are not what they should be
  io,           ///< a file could not be written
  store,        ///< the store cannot be opened, read or written
  sandbox,      ///< the sandbox is unavailable, or failed twice on a job
  incomplete,   ///< some samples have no verdict
  undrawn,      ///< some samples could not be drawn
  refused,      ///< two runs may not be put side by side
  server,       ///< a server that was asked for samples failed, or says nonsense
  gate,         ///< a comparison ended as its gates forbid
  interrupted,  ///< asked to stop
  bug,          ///< a broken promise of our own
  address,      ///< the address to listen on is taken, or not this user's to take
};

struct Error {
  Errc code;
  std::string message;  ///< one line: where, what was found, what to do
};

template <class T>
using Result = tl::expected<T, Error>;

}  // namespace assay::harness
