# SPDX-License-Identifier: Apache-2.0
# What an administrator gets. The program looks for /etc/postern/postern.toml whatever its prefix,
# so the configuration goes to /etc unless told otherwise; DESTDIR works as usual.
set(CMAKE_INSTALL_SYSCONFDIR /etc CACHE PATH "Where postern/postern.toml goes")
include(GNUInstallDirs)

if(TARGET postern)
  # An installed program still finds a BoringSSL outside the system's library directories. It is
  # built with the same path: one that CMake exchanges later is padded with colons until then, and
  # an empty element of the path is the current directory.
  set_target_properties(postern PROPERTIES
    INSTALL_RPATH_USE_LINK_PATH ON BUILD_WITH_INSTALL_RPATH ON)
  install(TARGETS postern RUNTIME)
endif()

configure_file(deploy/systemd/postern.service.in deploy/postern.service @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/deploy/postern.service DESTINATION lib/systemd/system)
install(FILES deploy/systemd/postern.sysusers DESTINATION lib/sysusers.d RENAME postern.conf)

# Never over an administrator's own file: then the new one is only in the examples.
install(CODE "
  set(target \"\$ENV{DESTDIR}${CMAKE_INSTALL_FULL_SYSCONFDIR}/postern/postern.toml\")
  if(EXISTS \"\${target}\")
    message(STATUS \"Kept: \${target}\")
  else()
    file(INSTALL \"${PROJECT_SOURCE_DIR}/conf/postern.toml\"
      DESTINATION \"${CMAKE_INSTALL_FULL_SYSCONFDIR}/postern\")
  endif()
")

install(FILES deploy/man/postern.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES deploy/man/postern.toml.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES deploy/man/postern-log.7 DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
install(FILES README.md LICENSE deploy/CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES conf/postern.toml conf/clients.toml DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(DIRECTORY conf/examples/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(PROGRAMS deploy/certbot/postern
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples/certbot)
# For who reads the log: each is copied to where its program looks for it.
install(DIRECTORY deploy/fail2ban deploy/crowdsec deploy/logrotate deploy/prometheus deploy/grafana
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
# For what stands around it.
install(DIRECTORY deploy/haproxy deploy/traefik deploy/caddy deploy/kubernetes deploy/guides
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
