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
# Until 2.6 the builds on the package index had C++'s strings as before 2011: only a build of the engine alone can follow.
set(torch_old_abi OFF)
if(TORCH_INCLUDE_DIR AND EXISTS ${TORCH_INCLUDE_DIR}/../share/cmake/Torch/TorchConfig.cmake)
  file(STRINGS ${TORCH_INCLUDE_DIR}/../share/cmake/Torch/TorchConfig.cmake torch_old_abi REGEX "_GLIBCXX_USE_CXX11_ABI=0")
endif()
if(torch_old_abi AND NOT engine_alone)
  message(STATUS "LibTorch at ${TORCH_INCLUDE_DIR} has the C++ ABI of before 2011: take 2.7 or later, or a build with the new one")
elseif(TORCH_INCLUDE_DIR AND TORCH_LIBRARY AND TORCH_CPU_LIBRARY AND C10_LIBRARY)
  add_library(libtorch INTERFACE)
  target_include_directories(libtorch SYSTEM INTERFACE ${TORCH_INCLUDE_DIR})
  if(torch_old_abi)
    target_compile_definitions(assay_flags INTERFACE _GLIBCXX_USE_CXX11_ABI=0)
  endif()
  # libtorch.so itself has no symbol that we use; loading it is what brings the CUDA kernels in. Those lean on libraries
  # that the loader finds by the wheels' own paths, and the linker need not.
  # The C++ library comes ahead of it: CUDA builds carry parts of their own compiler's (std::filesystem::remove_all), which
  # must not stand in for ours.
  target_link_libraries(libtorch INTERFACE -Wl,--no-as-needed -lstdc++ ${TORCH_LIBRARY} -Wl,--as-needed ${TORCH_CPU_LIBRARY} ${C10_LIBRARY}
                        -Wl,--allow-shlib-undefined)
endif()
