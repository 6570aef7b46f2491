# cmake --install BUILD [--prefix DIR]: the command finds its warden and its engine beside its own file, so the three lie in a
# folder of their own, and DIR/bin has a link. LibTorch stays where it is: the engine knows its path.
include(GNUInstallDirs)
set(home ${CMAKE_INSTALL_LIBEXECDIR}/assay)
install(TARGETS assay assay-warden RUNTIME DESTINATION ${home})
if(TARGET assay_engine_module)
  get_filename_component(libtorch ${TORCH_LIBRARY} DIRECTORY)
  set_target_properties(assay_engine_module PROPERTIES INSTALL_RPATH ${libtorch})
  install(TARGETS assay_engine_module LIBRARY DESTINATION ${home})
endif()
file(RELATIVE_PATH target ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBEXECDIR}/assay/assay)
install(CODE "
  set(folder \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\")
  file(MAKE_DIRECTORY \"\${folder}\")
  file(CREATE_LINK \"${target}\" \"\${folder}/assay\" SYMBOLIC)
  message(STATUS \"Installing: \${folder}/assay\")")
