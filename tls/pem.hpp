// SPDX-License-Identifier: Apache-2.0
// PEM text (RFC 7468) to BoringSSL's objects, with errors a person can act on.
#pragma once

#include <openssl/evp.h>
#include <openssl/pool.h>

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "tls/error.hpp"
#include "tls/pem_blocks.hpp"

namespace postern::tls {

using Chain = std::vector<bssl::UniquePtr<CRYPTO_BUFFER>>;

/// A file's text, at most 1 MiB of it. The caller wipes what is secret.
[[nodiscard]] std::expected<std::string, Error> read_pem(const std::string& path);

/// All CERTIFICATE blocks in order, as tidy_pem() finds them; keys and parameters are passed over.
/// An error when there is none, a block is broken, or one holds certificates in a form that is not
/// served. `label` is the file's path: errors name it, and the commands that mend them.
[[nodiscard]] std::expected<Chain, Error> parse_chain(std::string_view pem, std::string_view label);

/// The first private key. Never asks for a passphrase: an encrypted key is an error.
[[nodiscard]] std::expected<bssl::UniquePtr<EVP_PKEY>, Error> parse_key(std::string_view pem,
                                                                        std::string_view label);

/// The blocks of a file that has been read well.
PemBlocks blocks_in(std::string_view pem);

}  // namespace postern::tls
