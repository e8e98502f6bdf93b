# SPDX-License-Identifier: Apache-2.0
# Libraries of the system, under one name each:
#   prometheus::core  civetweb::civetweb
#   libuv::uv  cares::cares  utf8proc::utf8proc  seccomp::seccomp  hiredis::hiredis
#   tomlplusplus::tomlplusplus  fmt::fmt  spdlog::spdlog  CLI11::CLI11  nlohmann_json::nlohmann_json  ZLIB::ZLIB  Threads::Threads
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

pkg_check_modules(LIBUV REQUIRED IMPORTED_TARGET libuv)
add_library(libuv::uv ALIAS PkgConfig::LIBUV)
pkg_check_modules(CARES REQUIRED IMPORTED_TARGET libcares>=1.18)
add_library(cares::cares ALIAS PkgConfig::CARES)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
add_library(utf8proc::utf8proc ALIAS PkgConfig::UTF8PROC)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
add_library(seccomp::seccomp ALIAS PkgConfig::SECCOMP)
pkg_check_modules(HIREDIS REQUIRED IMPORTED_TARGET hiredis>=0.14)
add_library(hiredis::hiredis ALIAS PkgConfig::HIREDIS)

# Its package sets TOML_HEADER_ONLY=0: the parser is in the library, a user's file compiles in
# half a second instead of three.
find_package(tomlplusplus REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(ZLIB REQUIRED)
# Their own configurations ask for OpenSSL and curl, which parts of them need that are not used here.
pkg_check_modules(PROMETHEUS REQUIRED IMPORTED_TARGET prometheus-cpp-core)
add_library(prometheus::core ALIAS PkgConfig::PROMETHEUS)
find_package(civetweb REQUIRED)
if(BUILD_TESTING)
  find_package(Catch2 2.13 REQUIRED)
  find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)
endif()
