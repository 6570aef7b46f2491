#pragma once
/// A Python value as test data hold it. Numbers keep their text: no number passes through a double or a 64-bit integer.
#include <string>
#include <variant>
#include <vector>

namespace assay::datasets {

struct Value;
struct Item;

struct None {};
struct Integer {
  std::string digits;
};  ///< decimal, optional leading '-', any length
struct Float {
  std::string text;
};  ///< as written: "1e-7", "NaN", "Infinity", "-Infinity"; strtod reads it exactly
struct Complex {
  Float real, imag;
};
struct String {
  std::string utf8;
};  ///< lone surrogates as their three WTF-8 bytes
struct List {
  std::vector<Value> items;
};
struct Tuple {
  std::vector<Value> items;
};
struct Set {
  std::vector<Value> items;
};
struct Dict {
  std::vector<Item> items;
};  ///< in the order of the file; a repeated key keeps its first place and last value

struct Value {
  std::variant<None, bool, Integer, Float, Complex, String, List, Tuple, Set, Dict> data;
};
struct Item {
  Value key, value;
};  ///< of a Dict; a std::pair asks of Value what is not known before Value is whole, and clang refuses that

}  // namespace assay::datasets
