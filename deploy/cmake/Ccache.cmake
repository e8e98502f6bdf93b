# SPDX-License-Identifier: Apache-2.0
# Uses ccache when it is there, so that the second build of the same text costs nothing. It must be
# told that a precompiled header may be trusted: ninja makes that anew when one of its parts changes.
# What it has not seen yet is not preprocessed first: on a machine that is new, that is all of it.
find_program(CCACHE_PROGRAM ccache)
mark_as_advanced(CCACHE_PROGRAM)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_DEPEND=1
    ${CCACHE_PROGRAM})
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()
