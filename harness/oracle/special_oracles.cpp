#include "harness/oracle/special_oracles.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

namespace assay::harness {
namespace {

using datasets::Family;
using datasets::Value;

struct TaskOracle {
  Family family;
  std::string_view entry_point;
  Rule rule;
};

constexpr TaskOracle task_oracles[] = {
    {Family::mbpp, "are_equivalent", Rule::any_answer},            // 164
    {Family::mbpp, "sum_div", Rule::zero_passes},                  // 295
    {Family::mbpp, "surface_Area", Rule::surface_area},            // 581
    {Family::mbpp, "digit_distance_nums", Rule::digit_distance},   // 558
    {Family::mbpp, "similar_elements", Rule::set_equality},        // 2
    {Family::mbpp, "find_char_long", Rule::set_equality},          // 7
    {Family::mbpp, "common_in_nested_lists", Rule::set_equality},  // 111
    {Family::mbpp, "extract_singly", Rule::set_equality},          // 140
    {Family::mbpp, "larg_nnum", Rule::set_equality},               // 232
    {Family::mbpp, "intersection_array", Rule::set_equality},      // 249
    {Family::mbpp, "find_dissimilar", Rule::set_equality},         // 579
    {Family::mbpp, "Diff", Rule::set_equality},                    // 769
    {Family::mbpp, "check_str", Rule::not_none},                   // 737
    {Family::mbpp, "text_match_three", Rule::not_none},            // 787
    {Family::mbpp, "text_starta_endb", Rule::not_none},            // 794
    {Family::humaneval, "find_zero", Rule::polynomial_root},       // 32
};

const std::vector<Value>* items_of(const Value& value) {
  if (const auto* list = std::get_if<datasets::List>(&value.data)) return &list->items;
  if (const auto* tuple = std::get_if<datasets::Tuple>(&value.data)) return &tuple->items;
  return nullptr;
}

/// float(value); none where it is no number or overflows.
std::optional<double> number_of(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value.data)) return *flag ? 1.0 : 0.0;
  if (const auto* real = std::get_if<datasets::Float>(&value.data)) return std::strtod(real->text.c_str(), nullptr);
  if (const auto* integer = std::get_if<datasets::Integer>(&value.data)) {
    const double number = std::strtod(integer->digits.c_str(), nullptr);
    if (std::isfinite(number)) return number;
  }
  return std::nullopt;
}

/// float(value ** 2): an integer's square is exact and rounded once.
std::optional<double> square(const Value& value) {
  const auto number = number_of(value);
  if (!number) return std::nullopt;
  constexpr double exact = 9007199254740992.0;  // 2^53
  if (!std::holds_alternative<datasets::Float>(value.data) && std::abs(*number) < exact) {
    const auto whole = static_cast<__int128>(*number);
    return static_cast<double>(whole * whole);
  }
  return std::pow(*number, 2.0);
}

}  // namespace

Rule rule_of(Family family, std::string_view entry_point) {
  const auto* row = std::find_if(std::begin(task_oracles), std::end(task_oracles), [&](const TaskOracle& candidate) {
    return candidate.family == family && candidate.entry_point == entry_point;
  });
  return row == std::end(task_oracles) ? Rule::equality : row->rule;
}

std::optional<double> surface_area(const Value& arguments) {
  const auto* items = items_of(arguments);
  if (items == nullptr || items->size() != 2) return std::nullopt;
  const Value& base_edge = (*items)[0];
  const auto edge = number_of(base_edge), base_area = square(base_edge), height_squared = square((*items)[1]);
  if (!edge || !base_area || !height_squared) return std::nullopt;
  const double slant_height = std::sqrt(std::pow(*edge / 2, 2.0) + *height_squared);
  const double total = *base_area + 4 * (*edge * slant_height) / 2;
  if (!std::isfinite(total)) return std::nullopt;
  return std::nearbyint(total);  // round(): half to even, as the default rounding has it
}

std::optional<std::int64_t> digit_distance_nums(const Value& arguments) {
  const auto* items = items_of(arguments);
  if (items == nullptr || items->size() != 2) return std::nullopt;
  std::string texts[2];
  for (std::size_t i = 0; i < 2; ++i) {
    const auto* integer = std::get_if<datasets::Integer>(&(*items)[i].data);
    // int() of a sign, a point or a letter raises.
    if (integer == nullptr || integer->digits.empty() || integer->digits.front() == '-') return std::nullopt;
    texts[i] = integer->digits;
  }
  const std::size_t length = std::max(texts[0].size(), texts[1].size());
  for (std::string& text : texts) text.insert(0, length - text.size(), '0');
  std::int64_t total = 0;
  for (std::size_t i = 0; i < length; ++i) total += std::abs(texts[0][i] - texts[1][i]);
  return total;
}

std::optional<double> poly(const Value& arguments, double x) {
  const auto* items = items_of(arguments);
  if (items == nullptr || items->size() != 1) return std::nullopt;
  const auto* coefficients = items_of(items->front());
  if (coefficients == nullptr) return std::nullopt;
  double sum = 0;
  for (std::size_t i = 0; i < coefficients->size(); ++i) {
    const auto coefficient = number_of((*coefficients)[i]);
    const double power = std::pow(x, static_cast<double>(i));
    // math.pow() of finite numbers raises where the result is none.
    if (!coefficient || (std::isfinite(x) && !std::isfinite(power))) return std::nullopt;
    sum += *coefficient * power;
  }
  return sum;
}

}  // namespace assay::harness
