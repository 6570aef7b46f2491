# Target `libtorch`: headers and libraries of LibTorch >= 2.6, CPU or CUDA, from CMAKE_PREFIX_PATH (a LibTorch folder, or
# what torch.utils.cmake_prefix_path prints), else from the .venv that `scripts/setup --with-engine` makes. Not there where
# neither has it. LibTorch's own package is not asked: with a CUDA build it wants the CUDA toolkit, which we do not need.
set(torch_hints)
foreach(prefix ${CMAKE_PREFIX_PATH})
  list(APPEND torch_hints ${prefix} ${prefix}/../..)
endforeach()
get_filename_component(root ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)
file(GLOB venv_torch ${root}/.venv/lib/python3*/site-packages/torch)
list(APPEND torch_hints ${venv_torch})
find_path(TORCH_INCLUDE_DIR ATen/ATen.h HINTS ${torch_hints} PATH_SUFFIXES include)
find_library(TORCH_LIBRARY torch HINTS ${torch_hints} PATH_SUFFIXES lib)
find_library(TORCH_CPU_LIBRARY torch_cpu HINTS ${torch_hints} PATH_SUFFIXES lib)
find_library(C10_LIBRARY c10 HINTS ${torch_hints} PATH_SUFFIXES lib)
if(TORCH_INCLUDE_DIR AND TORCH_LIBRARY AND TORCH_CPU_LIBRARY AND C10_LIBRARY)
  add_library(libtorch INTERFACE)
  target_include_directories(libtorch SYSTEM INTERFACE ${TORCH_INCLUDE_DIR})
  # libtorch.so itself has no symbol that we use; loading it is what brings the CUDA kernels in.
  target_link_libraries(libtorch INTERFACE -Wl,--no-as-needed ${TORCH_LIBRARY} -Wl,--as-needed ${TORCH_CPU_LIBRARY} ${C10_LIBRARY})
endif()
