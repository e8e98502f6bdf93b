# SPDX-License-Identifier: Apache-2.0
# What the compiler and the linker can do against a bug of ours, in every build.
include(CheckCXXCompilerFlag)
include(CheckPIESupported)

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
check_pie_supported(LANGUAGES CXX)

# Some of these exist on some processors only (CET: x86), so each is asked for.
foreach(flag IN ITEMS
    -fstack-protector-strong
    -fstack-clash-protection
    -fcf-protection=full
    -ftrivial-auto-var-init=zero)
  string(MAKE_C_IDENTIFIER "POSTERN_HAS${flag}" has)
  check_cxx_compiler_flag(${flag} ${has})
  if(${has})
    add_compile_options(${flag})
  endif()
endforeach()

add_compile_definitions(_GLIBCXX_ASSERTIONS)

# Fortified calls need the optimiser, and they hide from a sanitizer what it would report.
# Undefined first: some distributions' compilers set a lower level of their own.
if(NOT POSTERN_SANITIZE)
  add_compile_options(
    "$<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-U_FORTIFY_SOURCE>"
    "$<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-D_FORTIFY_SOURCE=3>")
endif()

add_link_options(-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)

# What is bound at the start is called without the detour that binding later would need.
add_compile_options("$<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-fno-plt>")
