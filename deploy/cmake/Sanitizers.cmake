# SPDX-License-Identifier: Apache-2.0
# Sanitizers and coverage hold for the whole build: an object without them, linked to one with
# them, gives false reports or none at all.
if(POSTERN_SANITIZE)
  set(sanitize -fsanitize=${POSTERN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_compile_options(${sanitize})
  add_link_options(${sanitize})
endif()

if(POSTERN_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "POSTERN_FUZZ needs clang: libFuzzer comes with it")
  endif()
  # Coverage feedback in every library; the fuzzer's own main only in the fuzz targets.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

if(POSTERN_COVERAGE)
  # A count that two threads lose is still a count, and atomic ones take most of the time.
  add_compile_options(--coverage -fprofile-update=single)
  add_link_options(--coverage)
endif()
