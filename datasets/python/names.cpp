#include "datasets/python/names.h"

#include <algorithm>

#include "datasets/python/word_list.h"

namespace assay::datasets {
namespace {

constexpr std::string_view keywords[] = {"False",  "None",   "True",    "and",      "as",       "assert", "async",
                                         "await",  "break",  "class",   "continue", "def",      "del",    "elif",
                                         "else",   "except", "finally", "for",      "from",     "global", "if",
                                         "import", "in",     "is",      "lambda",   "nonlocal", "not",    "or",
                                         "pass",   "raise",  "return",  "try",      "while",    "with",   "yield"};

constexpr std::string_view builtin_functions[] = {
    "__import__", "abs",        "aiter",    "all",       "anext", "any",         "ascii",   "bin",     "bool",
    "breakpoint", "bytearray",  "bytes",    "callable",  "chr",   "classmethod", "compile", "complex", "delattr",
    "dict",       "dir",        "divmod",   "enumerate", "eval",  "exec",        "filter",  "float",   "format",
    "frozenset",  "getattr",    "globals",  "hasattr",   "hash",  "hex",         "id",      "input",   "int",
    "isinstance", "issubclass", "iter",     "len",       "list",  "locals",      "map",     "max",     "memoryview",
    "min",        "next",       "object",   "oct",       "open",  "ord",         "pow",     "print",   "property",
    "range",      "repr",       "reversed", "round",     "set",   "setattr",     "slice",   "sorted",  "staticmethod",
    "str",        "sum",        "super",    "tuple",     "type",  "vars",        "zip"};

constexpr std::string_view other_builtins[] = {"ArithmeticError",
                                               "AssertionError",
                                               "AttributeError",
                                               "BaseException",
                                               "BaseExceptionGroup",
                                               "BlockingIOError",
                                               "BrokenPipeError",
                                               "BufferError",
                                               "BytesWarning",
                                               "ChildProcessError",
                                               "ConnectionAbortedError",
                                               "ConnectionError",
                                               "ConnectionRefusedError",
                                               "ConnectionResetError",
                                               "DeprecationWarning",
                                               "EOFError",
                                               "Ellipsis",
                                               "EncodingWarning",
                                               "EnvironmentError",
                                               "Exception",
                                               "ExceptionGroup",
                                               "FileExistsError",
                                               "FileNotFoundError",
                                               "FloatingPointError",
                                               "FutureWarning",
                                               "GeneratorExit",
                                               "IOError",
                                               "ImportError",
                                               "ImportWarning",
                                               "IndentationError",
                                               "IndexError",
                                               "InterruptedError",
                                               "IsADirectoryError",
                                               "KeyError",
                                               "KeyboardInterrupt",
                                               "LookupError",
                                               "MemoryError",
                                               "ModuleNotFoundError",
                                               "NameError",
                                               "NotADirectoryError",
                                               "NotImplemented",
                                               "NotImplementedError",
                                               "OSError",
                                               "OverflowError",
                                               "PendingDeprecationWarning",
                                               "PermissionError",
                                               "ProcessLookupError",
                                               "RecursionError",
                                               "ReferenceError",
                                               "ResourceWarning",
                                               "RuntimeError",
                                               "RuntimeWarning",
                                               "StopAsyncIteration",
                                               "StopIteration",
                                               "SyntaxError",
                                               "SyntaxWarning",
                                               "SystemError",
                                               "SystemExit",
                                               "TabError",
                                               "TimeoutError",
                                               "TypeError",
                                               "UnboundLocalError",
                                               "UnicodeDecodeError",
                                               "UnicodeEncodeError",
                                               "UnicodeError",
                                               "UnicodeTranslateError",
                                               "UnicodeWarning",
                                               "UserWarning",
                                               "ValueError",
                                               "Warning",
                                               "ZeroDivisionError",
                                               "__build_class__",
                                               "__builtins__",
                                               "__debug__",
                                               "__doc__",
                                               "__file__",
                                               "__loader__",
                                               "__name__",
                                               "__package__",
                                               "__spec__",
                                               "copyright",
                                               "credits",
                                               "exit",
                                               "help",
                                               "license",
                                               "quit"};

constexpr std::string_view builtin_attributes[] = {
    "add",        "append",       "bit_length", "capitalize", "casefold", "center",     "clear",      "conjugate",
    "copy",       "count",        "decode",     "difference", "discard",  "encode",     "endswith",   "expandtabs",
    "extend",     "find",         "format",     "fromkeys",   "get",      "hex",        "imag",       "index",
    "insert",     "intersection", "is_integer", "isalnum",    "isalpha",  "isascii",    "isdecimal",  "isdigit",
    "isdisjoint", "islower",      "isnumeric",  "isspace",    "issubset", "issuperset", "istitle",    "isupper",
    "items",      "join",         "keys",       "ljust",      "lower",    "lstrip",     "partition",  "pop",
    "popitem",    "real",         "remove",     "replace",    "reverse",  "rfind",      "rindex",     "rjust",
    "rpartition", "rsplit",       "rstrip",     "setdefault", "sort",     "split",      "splitlines", "startswith",
    "strip",      "swapcase",     "title",      "translate",  "union",    "update",     "upper",      "values",
    "zfill"};

static_assert(is_sorted(keywords) && is_sorted(builtin_functions) && is_sorted(other_builtins) &&
              is_sorted(builtin_attributes));

}  // namespace

bool is_keyword(std::string_view name) { return is_in(keywords, name); }
bool is_builtin_function(std::string_view name) { return is_in(builtin_functions, name); }
bool is_builtin(std::string_view name) { return is_builtin_function(name) || is_in(other_builtins, name); }
bool is_builtin_attribute(std::string_view name) { return is_in(builtin_attributes, name); }

bool is_class_name(std::string_view name) {
  const std::size_t first = std::min(name.find_first_not_of('_'), name.size());
  return first < name.size() && name[first] >= 'A' && name[first] <= 'Z';
}

}  // namespace assay::datasets
