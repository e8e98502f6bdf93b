// SPDX-License-Identifier: Apache-2.0
// Whether a certificate may take another's place while that one serves well: a renewal that loses
// what clients rely on does more harm than none.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tls/certificate.hpp"

namespace postern::tls {

/// What both are measured against.
struct Expectation {
  const std::vector<std::string>& names;  // that clients use
  std::chrono::sys_seconds now;
};

/// Why `newer` is not to be served, as a sentence that begins in lower case; nothing if it may be.
/// Out of its days it never may. It may neither lack a name or the certificate of its issuer that
/// `before` has, nor be weak if that is not; null: there was none.
std::optional<std::string> objection_to(const Certificate& newer, const Certificate* before,
                                        const Expectation& expected);

/// Whether both show the same chain.
bool same_chain(const Certificate& one, const Certificate& other);

/// SHA-256 of the leaf, in lower-case hexadecimal digits.
std::string fingerprint_of(const Certificate& certificate);

}  // namespace postern::tls
