// SPDX-License-Identifier: Apache-2.0
// A certificate chain as people really have it: out of order, with copies and strangers in it, or
// not whole. It is sorted for them, and what is wrong with it is told, with what mends it.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstddef>
#include <string>
#include <vector>

#include "tls/doubt.hpp"
#include "tls/pem_blocks.hpp"

namespace postern::tls {

using Certs = std::vector<bssl::UniquePtr<X509>>;

/// The position of the first certificate that the key belongs to; the size of the chain if there is
/// none.
std::size_t position_of(const EVP_PKEY* key, const Certs& chain);

/// What of a file is served, by positions in it.
struct ChainOrder {
  std::vector<std::size_t> path;    // the leaf, and each issuer right after what it issued
  std::vector<std::size_t> spare;   // served after them: what issued one of them, too
  std::vector<std::size_t> aliens;  // the same, but nothing in the file was issued by them
  std::vector<std::size_t> twice;   // copies, which are not served

  /// All that is served, in order.
  std::vector<std::size_t> served() const;
  /// Whether that is how the file has it, copies left out.
  bool as_in_file() const;
};

/// The order of a chain whose leaf stands at this position.
ChainOrder order_of(const Certs& chain, std::size_t leaf);

/// A chain that had to be sorted or has a hole, copies and strangers in it, an issuer that is
/// missing, keys and signatures that are too weak, blocks that are passed over. `path` is of the
/// file that the chain stands in with these blocks.
std::vector<Doubt> doubts_about(const Certs& chain, const ChainOrder& order,
                                const PemBlocks& blocks, const std::string& path);

}  // namespace postern::tls
