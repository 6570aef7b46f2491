#pragma once
/// Values as Python's json.dumps writes them, so that whoever read EvalPlus's files reads ours.
#include <string>
#include <string_view>

#include "datasets/value.h"

namespace assay::harness {

/// A string in quotes, ASCII alone; WTF-8's lone surrogates as the escapes that Python writes.
void append_json(std::string& text, std::string_view utf8);

/// ", " and ": " between items; tuples as lists. Numbers keep their text, NaN and Infinity stand bare. json.dumps
/// refuses sets and complex numbers: here they are lists, and strings as Python prints them ("(1+2j)").
void append_json(std::string& text, const datasets::Value& value);

/// repr() of a float: the shortest text that reads back as the same.
[[nodiscard]] std::string python_repr(double value);
/// str() of a float or a complex number of the data; other values as JSON.
[[nodiscard]] std::string python_str(const datasets::Value& value);

}  // namespace assay::harness
