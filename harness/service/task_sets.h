#pragma once
/// Problems that requests name instead of bringing tests along.
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/problem.h"
#include "harness/error.h"
#include "harness/service/scorer.h"
#include "harness/store/store.h"

namespace assay::harness {

/// Data sets by name, loaded once. Expected results come from the store, or are computed by running the canonical
/// solution when a task is first asked for. Every member but add() may be called from any thread.
class TaskSets {
 public:
  /// Both must outlive it. `options` are the executor's: large expected results take a slot of their own.
  TaskSets(sandbox::Executor& executor, const sandbox::Options& options, Store& store);
  ~TaskSets();

  /// A name of the registry, or a file. It goes by that name, or by the file's stem.
  /// @return the warnings of loading it.
  [[nodiscard]] Result<std::vector<std::string>> add(const std::string& name_or_file, bool offline);
  [[nodiscard]] bool has(const std::string& dataset) const;
  [[nodiscard]] bool has(const std::string& dataset, const std::string& task_id) const;

  /// Scores `program` on all tests of the task: base and plus where it has both. The task must be there. A limit
  /// passed in doubt and a kill from outside are judged once more, as Scorer does; such a kill is then an Error.
  [[nodiscard]] Result<Score> score(const Scorer& scorer, const std::string& dataset, const std::string& task_id,
                                    const std::string& program, const std::stop_token& stop) const;

 private:
  struct Set;
  [[nodiscard]] const Set* find(const std::string& dataset) const;
  sandbox::Executor& executor_;
  Store& store_;
  struct Shared;
  std::unique_ptr<Shared> shared_;
  std::map<std::string, std::unique_ptr<Set>> sets_;
};

}  // namespace assay::harness
