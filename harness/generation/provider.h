#pragma once
/// Where samples come from: a model that answers prompts.
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/prompt/prompt.h"
#include "harness/error.h"

namespace assay::harness {

/// One sample to be drawn. What comes of it hangs on problem, sample and seed alone, not on what else is drawn.
struct Draw {
  std::size_t index = 0;  ///< the caller's
  std::string task_id;
  std::uint32_t sample = 0;
  engine::Prompt prompt;
  engine::ServerChat chat;              ///< the prompt for servers that put the turns together
  std::vector<std::string_view> stops;  ///< the caller cuts there too; a server may end its answer there
};

struct Drawn {
  std::size_t index = 0;
  std::string answer;
  std::string trace;  ///< members of a decode trace's object; empty: none
  /// In OpenAI's words why the answer ends: "stop"; "length": it had as many tokens as were allowed; "content_filter":
  /// the server held it back. Empty: unknown.
  std::string finish_reason;
  std::string thoughts_in = {};  ///< of an answer without a text: the member that has the model's thoughts instead
  std::string failure = {};      ///< not empty: there is no answer, for this reason
};

struct DrawCounts {
  std::uint64_t tokens = 0;  ///< of answers
  std::uint64_t passes = 0;  ///< of the model, where that is known: rows counted one by one
};

class Provider {
 public:
  virtual ~Provider() = default;

  /// Draws all, in an order that suits the model, and gives each to `take` as it comes, never two at once. `take` may
  /// block: then the model waits. A draw that came to nothing is given too, with why; an error is one that concerns all
  /// that are left. After a stop it returns soon, without what was on its way.
  [[nodiscard]] virtual Result<void> draw(const std::vector<Draw>& draws, const std::function<void(Drawn)>& take,
                                          std::stop_token stop) = 0;
  /// Of the draws from now on; they are counted anew. Not while draw() runs.
  virtual void set_temperature(double temperature) = 0;
  /// What decides the answers besides prompts and draws: samples of two identities do not belong in one file.
  [[nodiscard]] virtual std::string identity() const = 0;
  /// "model DIR on cpu, 2 threads"
  [[nodiscard]] virtual std::string description() const = 0;
  [[nodiscard]] virtual DrawCounts counts() const = 0;  ///< from any thread
  /// What keeps it at the moment, for progress: "the server asks to wait 40 s". Empty: nothing. From any thread.
  [[nodiscard]] virtual std::string note() const { return {}; }
  /// `told` is called, by any thread, where note() has something new that lasts. Not while draw() runs.
  virtual void on_note(std::function<void()> told) { static_cast<void>(told); }
};

}  // namespace assay::harness
