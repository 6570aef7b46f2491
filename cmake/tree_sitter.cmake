# Target `tree_sitter_python`: the tree-sitter runtime and its Python grammar, third-party C that scripts/setup fetches and
# checks. Not there where it was not fetched; `assay sanitize` then says so.
set(ASSAY_TREE_SITTER "" CACHE PATH "tree-sitter's sources; empty: where scripts/setup puts them")
set(tree_sitter ${ASSAY_TREE_SITTER})
if(NOT tree_sitter)
  set(data $ENV{XDG_DATA_HOME})
  if(NOT data)
    set(data $ENV{HOME}/.local/share)
  endif()
  set(tree_sitter ${data}/assay/tree-sitter)
endif()
if(EXISTS ${tree_sitter}/python/parser.c)
  add_library(tree_sitter_python STATIC ${tree_sitter}/runtime/src/lib.c ${tree_sitter}/python/parser.c
                                        ${tree_sitter}/python/scanner.c)
  set_target_properties(tree_sitter_python PROPERTIES C_STANDARD 11 POSITION_INDEPENDENT_CODE ON)
  # The grammar includes <tree_sitter/parser.h>, which the runtime has among its own sources.
  target_include_directories(tree_sitter_python SYSTEM PUBLIC ${tree_sitter}/runtime/include
                                                       PRIVATE ${tree_sitter}/runtime/src ${tree_sitter}/python/include)
  target_compile_options(tree_sitter_python PRIVATE -w -O2)
else()
  message(STATUS "tree-sitter is not at ${tree_sitter}: assay sanitize will be without it (scripts/setup fetches it)")
endif()
