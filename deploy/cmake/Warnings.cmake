# SPDX-License-Identifier: Apache-2.0
# Warnings for our own targets. Errors only where POSTERN_WERROR asks (the presets do): a user's
# plain build must not break on the next compiler's opinion.
set(POSTERN_WARNINGS
  -Wall -Wextra -Wpedantic
  -Wcast-align -Wcast-qual -Wconversion -Wextra-semi -Wformat=2 -Wimplicit-fallthrough
  -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wshadow -Wundef -Wunused)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND POSTERN_WARNINGS -Wduplicated-branches -Wduplicated-cond -Wlogical-op)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC bug 105651: a false report inside std::string's operator+ when optimising.
    list(APPEND POSTERN_WARNINGS -Wno-restrict)
  endif()
  if(POSTERN_SANITIZE)
    # GCC documents that sanitizers' instrumentation makes it guess wrong about these. The other
    # presets, and the sanitizers themselves, still find what is really uninitialised.
    list(APPEND POSTERN_WARNINGS -Wno-uninitialized -Wno-maybe-uninitialized)
  endif()
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  list(APPEND POSTERN_WARNINGS
    -Wunused-member-function -Wunneeded-member-function -Wunused-private-field -Wunused-template)
  # libstdc++ 12's own std::stable_sort uses what it calls deprecated. GCC still tells of ours.
  list(APPEND POSTERN_WARNINGS -Wno-deprecated-declarations)
endif()

if(POSTERN_WERROR)
  list(APPEND POSTERN_WARNINGS -Werror)
endif()

function(postern_warnings target)
  target_compile_options(${target} PRIVATE ${POSTERN_WARNINGS})
endfunction()
