# Target `headers`: every header compiles alone, and twice. One small source a header is written into the build folder.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
     ${CMAKE_SOURCE_DIR}/datasets/*.h ${CMAKE_SOURCE_DIR}/sandbox/*.h ${CMAKE_SOURCE_DIR}/reports/*.h
     ${CMAKE_SOURCE_DIR}/engine/*.h
     ${CMAKE_SOURCE_DIR}/harness/*.h ${CMAKE_SOURCE_DIR}/tests/*.h ${CMAKE_SOURCE_DIR}/bench/*.h)
if(NOT TARGET libtorch)
  list(FILTER headers EXCLUDE REGEX "engine/(model|generation)/")
endif()
set(header_sources)
foreach(header ${headers})
  set(source ${CMAKE_BINARY_DIR}/headers/${header}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n#include \"${header}\"  // NOLINT\n" @ONLY)
  list(APPEND header_sources ${source})
endforeach()
add_library(headers OBJECT EXCLUDE_FROM_ALL ${header_sources})
target_link_libraries(headers PRIVATE assay_flags tl::expected fmt::fmt spdlog::spdlog Boost::json SQLite::SQLite3 TBB::tbb
                                      CLI11::CLI11 CURL::libcurl ZLIB::ZLIB PkgConfig::SECCOMP)
if(TARGET libtorch)
  target_link_libraries(headers PRIVATE libtorch)
endif()
target_compile_options(headers PRIVATE -O0 -g0)
target_compile_definitions(headers PRIVATE ASSAY_SHARED_DIR="" ASSAY_BUILD_DIR="" ASSAY_SOURCE_DIR="" ASSAY_BINARY="")
