# SPDX-License-Identifier: Apache-2.0
# postern::boringssl, the only TLS library in the process.
#
# By default Debian's android-libboringssl-dev, which keeps out of the way of OpenSSL: headers in
# include/android, libraries in the private lib/<triplet>/android (hence the rpath, which CMake
# adds for a library outside the system's directories). -DBORINGSSL_ROOT=DIR takes any other
# installed BoringSSL, static or shared: include/openssl, lib/libssl.*, lib/libcrypto.*.
include(CheckCXXSourceCompiles)
find_package(Threads REQUIRED)

set(BORINGSSL_ROOT "" CACHE PATH "An installed BoringSSL; empty for Debian's package")

if(BORINGSSL_ROOT)
  set(include_dirs ${BORINGSSL_ROOT}/include)
  set(library_dirs ${BORINGSSL_ROOT}/lib ${BORINGSSL_ROOT}/lib64)
else()
  set(include_dirs /usr/include/android)
  set(library_dirs /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/android)
endif()

# Looked up anew when the root changes, or a cache would keep serving the former library.
if(NOT "${BORINGSSL_ROOT}" STREQUAL "${POSTERN_BORINGSSL_FOUND_FOR}")
  unset(BORINGSSL_INCLUDE_DIR CACHE)
  unset(BORINGSSL_SSL_LIBRARY CACHE)
  unset(BORINGSSL_CRYPTO_LIBRARY CACHE)
  unset(POSTERN_IS_BORINGSSL CACHE)
endif()
set(POSTERN_BORINGSSL_FOUND_FOR "${BORINGSSL_ROOT}" CACHE INTERNAL "")

# Never in the system's own directories: there, the same file names are OpenSSL's.
find_path(BORINGSSL_INCLUDE_DIR openssl/ssl.h PATHS ${include_dirs} NO_DEFAULT_PATH)
find_library(BORINGSSL_SSL_LIBRARY ssl PATHS ${library_dirs} NO_DEFAULT_PATH)
find_library(BORINGSSL_CRYPTO_LIBRARY crypto PATHS ${library_dirs} NO_DEFAULT_PATH)
mark_as_advanced(BORINGSSL_INCLUDE_DIR BORINGSSL_SSL_LIBRARY BORINGSSL_CRYPTO_LIBRARY)

if(NOT BORINGSSL_INCLUDE_DIR OR NOT BORINGSSL_SSL_LIBRARY OR NOT BORINGSSL_CRYPTO_LIBRARY)
  message(FATAL_ERROR
    "BoringSSL not found. On Debian: apt-get install android-libboringssl-dev. "
    "Elsewhere: -DBORINGSSL_ROOT=DIR with include/openssl and lib/libssl, lib/libcrypto.")
endif()

add_library(postern-boringssl INTERFACE)
add_library(postern::boringssl ALIAS postern-boringssl)
target_include_directories(postern-boringssl SYSTEM INTERFACE ${BORINGSSL_INCLUDE_DIR})
target_link_libraries(postern-boringssl INTERFACE
  ${BORINGSSL_SSL_LIBRARY} ${BORINGSSL_CRYPTO_LIBRARY} Threads::Threads)

# Names prove nothing: compile against the headers, and link what only BoringSSL's two libraries
# have.
set(CMAKE_REQUIRED_INCLUDES ${BORINGSSL_INCLUDE_DIR})
set(CMAKE_REQUIRED_LIBRARIES
  ${BORINGSSL_SSL_LIBRARY} ${BORINGSSL_CRYPTO_LIBRARY} Threads::Threads)
check_cxx_source_compiles([[
  #include <openssl/pool.h>
  #include <openssl/ssl.h>
  #ifndef OPENSSL_IS_BORINGSSL
  #error "this is not BoringSSL"
  #endif
  int main() {
    bssl::UniquePtr<SSL_CTX> context(SSL_CTX_new(TLS_method()));
    bssl::UniquePtr<CRYPTO_BUFFER_POOL> pool(CRYPTO_BUFFER_POOL_new());
    SSL_CTX_set_grease_enabled(context.get(), 1);
    return context && pool ? 0 : 1;
  }
]] POSTERN_IS_BORINGSSL)
unset(CMAKE_REQUIRED_INCLUDES)
unset(CMAKE_REQUIRED_LIBRARIES)
if(NOT POSTERN_IS_BORINGSSL)
  unset(POSTERN_IS_BORINGSSL CACHE)  # so that the next run looks again
  message(FATAL_ERROR
    "${BORINGSSL_INCLUDE_DIR} with ${BORINGSSL_SSL_LIBRARY} does not build as BoringSSL.")
endif()

# base.h in older versions, its own file in newer ones.
foreach(header IN ITEMS base.h crypto.h)
  if(NOT BORINGSSL_API_VERSION AND EXISTS ${BORINGSSL_INCLUDE_DIR}/openssl/${header})
    file(STRINGS ${BORINGSSL_INCLUDE_DIR}/openssl/${header} line
      REGEX "#define BORINGSSL_API_VERSION [0-9]+")
    string(REGEX MATCH "[0-9]+" BORINGSSL_API_VERSION "${line}")
  endif()
endforeach()
message(STATUS "BoringSSL: API version ${BORINGSSL_API_VERSION}, ${BORINGSSL_SSL_LIBRARY}")
