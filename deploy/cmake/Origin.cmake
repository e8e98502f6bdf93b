# SPDX-License-Identifier: Apache-2.0
# Where this program comes from, for `postern version --build` and the list of its parts:
#   POSTERN_FROM_COMMIT, POSTERN_FROM_TIME   the commit, and its time in seconds
#   POSTERN_TLS_PACKAGE, _VERSION, _LINK, _UPDATES   whose BoringSSL, which, and who mends it
#
# The commit is the checkout's own; that of an exported tree stands in deploy/commit, where
# `git archive` writes it. -DPOSTERN_PACKAGE=VERSION says that a package is made of it.
set(POSTERN_PACKAGE "" CACHE STRING "The version of the distribution's package, if one is made")
set(BORINGSSL_REVISION "" CACHE STRING "Which BoringSSL is in BORINGSSL_ROOT, as you call it")

set(POSTERN_FROM_COMMIT unknown)
set(POSTERN_FROM_TIME "")
find_program(GIT_PROGRAM git)
mark_as_advanced(GIT_PROGRAM)

function(_postern_git result)
  execute_process(COMMAND ${GIT_PROGRAM} -C ${PROJECT_SOURCE_DIR} ${ARGN}
    OUTPUT_VARIABLE said RESULT_VARIABLE code ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT code EQUAL 0)
    set(said "")
  endif()
  set(${result} "${said}" PARENT_SCOPE)
endfunction()

file(STRINGS ${PROJECT_SOURCE_DIR}/deploy/commit _postern_written LIMIT_COUNT 1)
if(_postern_written MATCHES "^([0-9a-f]+[+a-z]*) ([0-9]+)$")
  set(POSTERN_FROM_COMMIT ${CMAKE_MATCH_1})
  set(POSTERN_FROM_TIME ${CMAKE_MATCH_2})
elseif(GIT_PROGRAM AND EXISTS ${PROJECT_SOURCE_DIR}/.git)
  _postern_git(_postern_written log -1 --format=%H\ %ct)
  if(_postern_written MATCHES "^([0-9a-f]+) ([0-9]+)$")
    set(POSTERN_FROM_COMMIT ${CMAKE_MATCH_1})
    set(POSTERN_FROM_TIME ${CMAKE_MATCH_2})
    _postern_git(_postern_changed status --porcelain --untracked-files=no)
    if(_postern_changed)
      string(APPEND POSTERN_FROM_COMMIT +changes)
    endif()
  endif()
  # What is shipped tells the commit that it is of; a build for tests need not follow each one.
  _postern_git(_postern_log rev-parse --path-format=absolute --git-path logs/HEAD)
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug" AND EXISTS "${_postern_log}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${_postern_log})
  endif()
endif()

# A shared library that a package owns is exchanged by the distribution when it has a hole; any
# other is in the hands of whoever builds this program.
set(POSTERN_TLS_PACKAGE "")
set(POSTERN_TLS_VERSION "${BORINGSSL_REVISION}")
set(POSTERN_TLS_UPDATES builder)
if(BORINGSSL_SSL_LIBRARY MATCHES "[.]a$")
  set(POSTERN_TLS_LINK static)
else()
  set(POSTERN_TLS_LINK shared)
  file(REAL_PATH ${BORINGSSL_SSL_LIBRARY} _postern_library)
  find_program(DPKG_QUERY_PROGRAM dpkg-query)
  mark_as_advanced(DPKG_QUERY_PROGRAM)
  if(DPKG_QUERY_PROGRAM)
    execute_process(COMMAND ${DPKG_QUERY_PROGRAM} --search ${_postern_library}
      OUTPUT_VARIABLE _postern_owner ERROR_QUIET)
    if(_postern_owner MATCHES "^([a-z0-9.+-]+)(:[a-z0-9]+)?: ")
      set(POSTERN_TLS_PACKAGE ${CMAKE_MATCH_1})
      set(POSTERN_TLS_UPDATES distribution)
      execute_process(
        COMMAND ${DPKG_QUERY_PROGRAM} --show --showformat=\${Version}\\n ${POSTERN_TLS_PACKAGE}
        OUTPUT_VARIABLE POSTERN_TLS_VERSION ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
      # Of several architectures that have it, the versions are the same.
      string(REGEX REPLACE "\n.*" "" POSTERN_TLS_VERSION "${POSTERN_TLS_VERSION}")
    endif()
  endif()
endif()
if(NOT POSTERN_TLS_VERSION)
  set(POSTERN_TLS_VERSION unknown)
endif()
foreach(word ${POSTERN_PACKAGE} ${POSTERN_TLS_VERSION})
  if(NOT word MATCHES "^[A-Za-z0-9.+:~_-]+$")
    message(FATAL_ERROR "POSTERN_PACKAGE and BORINGSSL_REVISION are one word each: ${word}")
  endif()
endforeach()

# The same source gives the same bytes, wherever it is built. Not in builds for tests, whose
# failures name files by where they are.
add_compile_options(
  "$<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-ffile-prefix-map=${PROJECT_BINARY_DIR}=build>"
  "$<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.>")
