#pragma once
/// What is said to words that are no command line.
#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/error.h"

namespace assay::harness {

/// The words as `app.parse` takes them, the last one first. `help COMMAND` asks for what `COMMAND --help` does.
/// `--run=` is `--run` with a value that is empty: CLI11 would take the next word for it.
[[nodiscard]] std::vector<std::string> words_of(const CLI::App& app, int argc, const char* const* argv);

/// Answers what parsing threw. Help and version are printed; a command that lacks a command of its own prints its help
/// on standard error; all else is one line there. A word that is not known is named before all other flaws: it is often
/// their cause. @return the process's exit code
[[nodiscard]] int explain(const CLI::App& app, const CLI::ParseError& error);

/// An option or word that was given and is empty, as an unset variable makes it in a script: its default is not meant.
[[nodiscard]] std::optional<Error> empty_value(const CLI::App& app);

}  // namespace assay::harness
