#include "harness/cli/lost_samples.h"

#include <map>
#include <utility>

#include "datasets/digest.h"
#include "harness/errors.h"
#include "reports/runs/sqlite.h"

namespace assay::harness {

Result<std::size_t> lost_samples(const std::filesystem::path& store, const std::string& run,
                                 const std::vector<Sample>& samples) {
  auto connection = reports::Connection::open(store.string(), reports::Connection::Access::read);
  if (!connection) return tl::unexpected(of_reports(connection.error()));
  auto stored = connection->query(
      "SELECT problems.task_id, solutions.sha256 FROM samples JOIN runs ON runs.id = run "
      "JOIN problems ON problems.id = problem JOIN solutions ON solutions.id = solution WHERE runs.name = ?");
  if (!stored) return tl::unexpected(of_reports(stored.error()));
  stored->bind(run);
  std::map<std::pair<std::string, std::string>, std::size_t> there;
  for (const Sample& sample : samples) ++there[{sample.task_id, datasets::sha256(sample.solution)}];
  for (std::size_t lost = 0;;) {
    const auto row = stored->step();
    if (!row) return tl::unexpected(of_reports(row.error()));
    if (!*row) return lost;
    const auto found = there.find({std::string(stored->text(0)), std::string(stored->text(1))});
    if (found == there.end() || found->second == 0)
      ++lost;
    else
      --found->second;
  }
}

}  // namespace assay::harness
