# Target `headers`: every header compiles alone, and twice. A source that includes its own header first proves that one where
# it is compiled by itself, behind what is precompiled: the preset tsan does so, but for the commands, and so does the engine
# where it is built alone. For each other header a small source is written into the build folder.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
     ${CMAKE_SOURCE_DIR}/datasets/*.h ${CMAKE_SOURCE_DIR}/sandbox/*.h ${CMAKE_SOURCE_DIR}/reports/*.h
     ${CMAKE_SOURCE_DIR}/engine/*.h
     ${CMAKE_SOURCE_DIR}/harness/*.h ${CMAKE_SOURCE_DIR}/tests/*.h ${CMAKE_SOURCE_DIR}/bench/*.h)
if(NOT TARGET libtorch)
  list(FILTER headers EXCLUDE REGEX "engine/(model|generation)/")
endif()
set(header_sources)
foreach(header ${headers})
  file(STRINGS ${CMAKE_SOURCE_DIR}/${header} once REGEX "^#pragma once$" LIMIT_COUNT 1)
  if(NOT once)
    message(FATAL_ERROR "${header}: no #pragma once")
  endif()
  string(REGEX REPLACE "h$" "cpp" own_source ${CMAKE_SOURCE_DIR}/${header})
  if(EXISTS ${own_source} AND NOT header MATCHES "^tests/|^harness/cli/")
    file(STRINGS ${own_source} first REGEX "^#include" LIMIT_COUNT 1)
    if(first STREQUAL "#include \"${header}\"")
      continue()
    endif()
  endif()
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
