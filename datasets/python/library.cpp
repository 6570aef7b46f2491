#include "datasets/python/library.h"

#include <algorithm>
#include <iterator>

#include "datasets/python/word_list.h"

namespace assay::datasets {
namespace {

constexpr std::string_view modules[] = {"array",   "bisect",    "cmath",     "collections", "copy",       "datetime",
                                        "decimal", "fractions", "functools", "heapq",       "itertools",  "json",
                                        "math",    "operator",  "random",    "re",          "statistics", "string",
                                        "sys",     "time",      "typing",    "unittest"};

constexpr Helper helpers[] = {{"Any", "typing"},
                              {"Callable", "typing"},
                              {"Counter", "collections"},
                              {"Decimal", "decimal"},
                              {"Dict", "typing"},
                              {"Fraction", "fractions"},
                              {"Iterable", "typing"},
                              {"List", "typing"},
                              {"Optional", "typing"},
                              {"OrderedDict", "collections"},
                              {"Sequence", "typing"},
                              {"Set", "typing"},
                              {"Tuple", "typing"},
                              {"Union", "typing"},
                              {"deepcopy", "copy"},
                              {"defaultdict", "collections"},
                              {"deque", "collections"},
                              {"fabs", "math"},
                              {"inf", "math"},
                              {"isclose", "math"},
                              {"isfinite", "math"},
                              {"isinf", "math"},
                              {"isnan", "math"},
                              {"namedtuple", "collections"},
                              {"nan", "math"},
                              {"pi", "math"}};

constexpr std::string_view helper_attributes[] = {
    "appendleft", "as_integer_ratio",  "as_tuple",    "default_factory",   "denominator",
    "elements",   "extendleft",        "is_finite",   "is_infinite",       "is_nan",
    "is_signed",  "limit_denominator", "maxlen",      "most_common",       "move_to_end",
    "normalize",  "numerator",         "popleft",     "quantize",          "rotate",
    "sqrt",       "subtract",          "to_integral", "to_integral_value", "total"};

constexpr std::string_view judges[] = {"allclose", "approx", "array_equal", "ceil",   "exp",
                                       "floor",    "gcd",    "log",         "raises", "sqrt"};

constexpr std::string_view appliers[] = {"accumulate", "dropwhile", "filterfalse", "groupby",  "nlargest",
                                         "nsmallest",  "reduce",    "starmap",     "takewhile"};

constexpr std::string_view function_makers[] = {"attrgetter", "cmp_to_key", "itemgetter", "methodcaller", "partial"};

constexpr bool by_name(const Helper& a, const Helper& b) { return a.name < b.name; }
static_assert(std::is_sorted(std::begin(helpers), std::end(helpers), by_name));

static_assert(is_sorted(modules) && is_sorted(helper_attributes) && is_sorted(judges) && is_sorted(appliers) &&
              is_sorted(function_makers));

}  // namespace

bool is_library_module(std::string_view name) { return is_in(modules, name); }

const Helper* library_helper(std::string_view name) {
  const Helper* const found = std::lower_bound(std::begin(helpers), std::end(helpers), Helper{name, {}}, by_name);
  return found != std::end(helpers) && found->name == name ? found : nullptr;
}

bool is_helper_attribute(std::string_view name) { return is_in(helper_attributes, name); }
bool is_judge(std::string_view name) { return is_in(judges, name); }
bool is_helper_name(std::string_view name) { return is_judge(name) || library_helper(name) != nullptr; }
bool applies_functions(std::string_view name) { return is_in(appliers, name); }
bool makes_functions(std::string_view name) { return is_in(function_makers, name); }

}  // namespace assay::datasets
