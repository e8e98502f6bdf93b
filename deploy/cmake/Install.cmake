# SPDX-License-Identifier: Apache-2.0
# What an administrator gets, and `uninstall` takes away. The program looks for
# /etc/postern/postern.toml whatever its prefix, so the configuration goes to /etc unless told
# otherwise; DESTDIR works as usual.
set(CMAKE_INSTALL_SYSCONFDIR /etc CACHE PATH "Where postern/postern.toml goes")
set(POSTERN_UNIT_DIR lib/systemd/system CACHE PATH "Where the unit goes")
include(GNUInstallDirs)

if(TARGET postern)
  # An installed program still finds a BoringSSL outside the system's library directories. It is
  # built with the same path: one that CMake exchanges later is padded with colons until then, and
  # an empty element of the path is the current directory.
  set_target_properties(postern PROPERTIES
    INSTALL_RPATH_USE_LINK_PATH ON BUILD_WITH_INSTALL_RPATH ON)
  install(TARGETS postern RUNTIME)

  # What completes its command line is what the program itself prints, so it is asked when it is
  # installed, from where it was built. One that was built for another machine cannot be asked.
  if(NOT CMAKE_CROSSCOMPILING)
    set(zsh site-functions)  # where zsh looks below /usr/local; what Debian packs has its own place
    if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
      set(zsh vendor-completions)
    endif()
    foreach(place IN ITEMS bash:bash-completion/completions/postern
        zsh:zsh/${zsh}/_postern fish:fish/vendor_completions.d/postern.fish)
      string(REGEX MATCH "^([a-z]+):(.*)/([^/]+)$" matched ${place})
      set(shell ${CMAKE_MATCH_1})
      set(folder ${CMAKE_INSTALL_DATADIR}/${CMAKE_MATCH_2})
      set(file ${PROJECT_BINARY_DIR}/deploy/${shell}/${CMAKE_MATCH_3})
      install(CODE "
        file(MAKE_DIRECTORY \"${PROJECT_BINARY_DIR}/deploy/${shell}\")
        execute_process(COMMAND \"$<TARGET_FILE:postern>\" completion ${shell}
          OUTPUT_FILE \"${file}\" COMMAND_ERROR_IS_FATAL ANY)")
      install(FILES ${file} DESTINATION ${folder})
    endforeach()
  endif()
endif()

# It starts the program of the prefix that is installed to, which `cmake --install --prefix` tells.
configure_file(deploy/systemd/postern.service.in deploy/postern.service @ONLY)
install(CODE "
  set(CMAKE_INSTALL_FULL_BINDIR \"${CMAKE_INSTALL_BINDIR}\")
  cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_FULL_BINDIR BASE_DIRECTORY \"\${CMAKE_INSTALL_PREFIX}\")
  set(unit_directory \"${POSTERN_UNIT_DIR}\")
  cmake_path(ABSOLUTE_PATH unit_directory BASE_DIRECTORY \"\${CMAKE_INSTALL_PREFIX}\")
  configure_file(\"${PROJECT_SOURCE_DIR}/deploy/systemd/postern.service.in\"
    \"${PROJECT_BINARY_DIR}/deploy/installed/postern.service\" @ONLY)
  file(INSTALL \"${PROJECT_BINARY_DIR}/deploy/installed/postern.service\"
    DESTINATION \"\${unit_directory}\")
")
install(FILES deploy/systemd/postern.sysusers DESTINATION lib/sysusers.d RENAME postern.conf)

# Never over an administrator's own file: then the new one is only in the examples.
set(shipped ${PROJECT_SOURCE_DIR}/conf/postern.toml)
set(configuration ${CMAKE_INSTALL_FULL_SYSCONFDIR}/postern/postern.toml)
install(CODE "
  set(target \"\$ENV{DESTDIR}${configuration}\")
  set(is_changed FALSE)
  if(EXISTS \"\${target}\")
    file(SHA256 \"\${target}\" now)
    file(SHA256 \"${shipped}\" then)
    if(NOT now STREQUAL then)
      set(is_changed TRUE)
    endif()
  endif()
  if(is_changed)
    message(STATUS \"Kept: \${target}\")
  else()
    file(INSTALL \"${shipped}\" DESTINATION \"${CMAKE_INSTALL_FULL_SYSCONFDIR}/postern\")
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
install(DIRECTORY
  deploy/fail2ban deploy/crowdsec deploy/logcheck deploy/logrotate deploy/prometheus deploy/grafana
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
# For what stands around it.
install(DIRECTORY deploy/haproxy deploy/traefik deploy/caddy deploy/kubernetes deploy/guides
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)

if(TARGET postern)
  # What the program is made of, of this build and this system (SPDX).
  set(parts ${PROJECT_BINARY_DIR}/postern.spdx.json)
  set(headers libcli11-dev nlohmann-json3-dev)
  add_custom_command(OUTPUT ${parts}
    COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:postern> -DRESULT=${parts}
      -DVERSION=${PROJECT_VERSION} -DCOMMIT=${POSTERN_FROM_COMMIT} -DTIME=${POSTERN_FROM_TIME}
      -DREADELF=${CMAKE_READELF} "-DHEADERS=${headers}"
      -DTLS_LINK=${POSTERN_TLS_LINK} -DTLS_VERSION=${POSTERN_TLS_VERSION}
      -P ${PROJECT_SOURCE_DIR}/deploy/cmake/parts.cmake
    DEPENDS postern ${PROJECT_SOURCE_DIR}/deploy/cmake/parts.cmake
    VERBATIM)
  # A build for tests makes it when it is asked to, and installs it then.
  if(CMAKE_BUILD_TYPE STREQUAL "Debug")
    add_custom_target(parts DEPENDS ${parts})
    install(FILES ${parts} DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
  else()
    add_custom_target(parts ALL DEPENDS ${parts})
    install(FILES ${parts} DESTINATION ${CMAKE_INSTALL_DOCDIR})
  endif()
endif()

add_custom_target(uninstall
  COMMAND ${CMAKE_COMMAND} -DMANIFEST=${PROJECT_BINARY_DIR}/install_manifest.txt
    -DCONFIGURATION=${configuration} -DSHIPPED=${shipped}
    -P ${PROJECT_SOURCE_DIR}/deploy/cmake/uninstall.cmake
  USES_TERMINAL VERBATIM)
