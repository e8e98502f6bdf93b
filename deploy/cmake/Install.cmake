# What a package or an administrator gets. DESTDIR and CMAKE_INSTALL_PREFIX work as usual;
# with prefix /usr the configuration goes to /etc, as GNUInstallDirs has it.
include(GNUInstallDirs)
