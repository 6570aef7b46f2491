#pragma once
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>

namespace assay::datasets {

template <std::size_t n>
using WordList = const std::string_view (&)[n];

template <std::size_t n>
constexpr bool is_sorted(WordList<n> list) {
  return std::is_sorted(std::begin(list), std::end(list));
}

/// @param list sorted
template <std::size_t n>
constexpr bool is_in(WordList<n> list, std::string_view word) {
  return std::binary_search(std::begin(list), std::end(list), word);
}

}  // namespace assay::datasets
