#pragma once
/// LibTorch's headers for tests: they make a CHECK of their own, which aborts and tells no numbers.
#include <ATen/ATen.h>
#include <c10/util/Logging.h>

#include "tests/catch.h"

#undef CHECK
#define CHECK(...) INTERNAL_CATCH_TEST("CHECK", Catch::ResultDisposition::ContinueOnFailure, __VA_ARGS__)
