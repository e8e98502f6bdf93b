# SPDX-License-Identifier: Apache-2.0
# The three kinds of target this project has. A box of the design is one postern_library; its
# doors are its link lines.

# postern_library(<name> SOURCES … HEADERS … [LINK PUBLIC|PRIVATE|INTERFACE targets …])
# makes postern-<name>, alias postern::<name>. Headers are included from the root of the
# repository ("tls/engine.hpp"), and each is verified to compile alone with nothing but what the
# library links publicly; but one with a source of its own is not compiled for that once more, since
# the source includes it first (the test `layering`).
function(postern_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;LINK")
  set(target postern-${name})
  set(scope PUBLIC)
  if(arg_SOURCES)
    add_library(${target} STATIC ${arg_SOURCES})
    postern_warnings(${target})
  else()
    # Headers only: such a library has no private side.
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
    list(TRANSFORM arg_LINK REPLACE "^(PUBLIC|PRIVATE)$" INTERFACE)
  endif()
  add_library(postern::${name} ALIAS ${target})
  set(proven ${arg_SOURCES})
  list(TRANSFORM proven REPLACE "[.]cpp$" ".hpp")
  set(alone ${arg_HEADERS})
  list(REMOVE_ITEM alone ${proven})
  list(REMOVE_ITEM arg_HEADERS ${alone})
  target_sources(${target} ${scope}
    FILE_SET alone TYPE HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${alone}
    FILE_SET proven TYPE HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${arg_HEADERS})
  set_target_properties(${target} PROPERTIES
    VERIFY_INTERFACE_HEADER_SETS ON INTERFACE_HEADER_SETS_TO_VERIFY alone)
  if(arg_LINK)
    target_link_libraries(${target} ${arg_LINK})
  endif()
endfunction()

# postern_test(<name> SOURCES … [LINK …] [LABELS …] [ENVIRONMENT …])
# makes a Catch2 program test-<name> and the ctest <name>. Tests find their files under
# POSTERN_SOURCE_DIR. The label `threads` also runs a test under TSan, for which the target
# thread-tests builds only what is needed.
function(postern_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;LABELS;ENVIRONMENT")
  _postern_test_basis()
  set(target test-${name})
  add_executable(${target} ${arg_SOURCES})
  postern_warnings(${target})
  _postern_test_options(${target})
  target_precompile_headers(${target} REUSE_FROM postern-test-headers)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${target} PRIVATE POSTERN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE ${arg_LINK} Catch2::Catch2 postern-catch-main)
  set_target_properties(${target} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  if("threads" IN_LIST arg_LABELS)
    add_dependencies(thread-tests ${target})
  endif()
  add_test(NAME ${name} COMMAND ${target})
  set_tests_properties(${name} PROPERTIES
    LABELS "${arg_LABELS}" ENVIRONMENT "${arg_ENVIRONMENT}" TIMEOUT 300)
endfunction()

add_custom_target(thread-tests)

# postern_fuzz_target(<name> SOURCES … [LINK …])
# makes fuzz-<name>, and a ctest of a short run that starts from tests/fuzz/corpus/<name> with
# the dictionary tests/fuzz/<name>.dict. What a run finds stays in the build directory.
function(postern_fuzz_target name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK")
  set(target fuzz-${name})
  add_executable(${target} ${arg_SOURCES})
  postern_warnings(${target})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE ${arg_LINK})
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${target} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
  add_dependencies(fuzzers ${target})
  set(found ${PROJECT_BINARY_DIR}/fuzz/found-${name})
  set(failures ${PROJECT_BINARY_DIR}/fuzz/failures-${name})
  file(MAKE_DIRECTORY ${found} ${failures})
  add_test(NAME fuzz-${name} COMMAND ${target}
    -max_total_time=${POSTERN_FUZZ_SECONDS} -timeout=10 -print_final_stats=1
    -artifact_prefix=${failures}/ -dict=${PROJECT_SOURCE_DIR}/tests/fuzz/${name}.dict
    ${found} ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
  set_tests_properties(fuzz-${name} PROPERTIES LABELS fuzz)
endfunction()

if(POSTERN_FUZZ)
  # All that a fuzzing build needs: the program itself has other presets.
  add_custom_target(fuzzers)
endif()
set(POSTERN_FUZZ_SECONDS 20 CACHE STRING "How long ctest runs each fuzz target")

# What every Catch2 program has in common, compiled once: Catch2's main, which costs many seconds,
# and the headers that nearly every test includes.
function(_postern_test_basis)
  if(NOT TARGET postern-catch-main)
    add_library(postern-catch-main OBJECT
      ${PROJECT_SOURCE_DIR}/tests/support/catch_main.cpp)
    target_link_libraries(postern-catch-main PUBLIC Catch2::Catch2)
    _postern_test_options(postern-catch-main)
    add_library(postern-test-headers OBJECT
      ${PROJECT_SOURCE_DIR}/tests/support/precompiled.cpp)
    target_link_libraries(postern-test-headers PRIVATE Catch2::Catch2)
    target_precompile_headers(postern-test-headers PRIVATE
      ${PROJECT_SOURCE_DIR}/tests/support/precompiled.hpp)
    postern_warnings(postern-test-headers)
    _postern_test_options(postern-test-headers)
    # As the programs that use it are.
    set_target_properties(postern-test-headers PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(postern-test-headers PRIVATE ${CMAKE_CXX_COMPILE_OPTIONS_PIE})
  endif()
endfunction()

# Tests are compiled one by one: in each file a constant may be called kNow. And quickly: what is
# tested keeps the preset's optimisation.
function(_postern_test_options target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Debug>:-O0>)
endfunction()
