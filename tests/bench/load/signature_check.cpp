// SPDX-License-Identifier: Apache-2.0
// Stands before libcrypto's check of the server's signature, and has one in 64 done, beginning with
// the first. It costs the client more than a third of what a whole session costs the server: with
// all of them, it is the client that everybody waits for, and the servers sleep.
#include <dlfcn.h>
#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>

// libssl calls this one: a program's own functions come before a library's.
int EVP_DigestVerify(EVP_MD_CTX* context, const std::uint8_t* signature, std::size_t signature_size,
                     const std::uint8_t* data, std::size_t size) {
  static const auto check =
      reinterpret_cast<decltype(&EVP_DigestVerify)>(dlsym(RTLD_NEXT, "EVP_DigestVerify"));
  static unsigned seen = 0;
  if (seen++ % 64 != 0) return 1;
  return check(context, signature, signature_size, data, size);
}
