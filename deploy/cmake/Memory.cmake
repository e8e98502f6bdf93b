# SPDX-License-Identifier: Apache-2.0
# Tests are compiled in a fifth less time where GCC need not collect its garbage before it has taken
# a GiB. What is shipped is left alone, and so is a machine that has no room for it.
cmake_host_system_information(RESULT memory QUERY TOTAL_PHYSICAL_MEMORY)
if(BUILD_TESTING AND memory GREATER_EQUAL 8000 AND CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=1048576>)
endif()
