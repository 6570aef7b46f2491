#include "engine/library.h"

extern "C" const assay::engine::EngineLibrary* assay_engine_library() {
  static constexpr assay::engine::EngineLibrary library{ASSAY_VERSION, &assay::engine::load_engine};
  return &library;
}
