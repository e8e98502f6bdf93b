// SPDX-License-Identifier: Apache-2.0
// `postern doctor --compare`: the same mailbox on two servers, before it is moved.
#pragma once

#include <cstddef>
#include <expected>
#include <string>

#include "proxy/doctor/finding.hpp"
#include "proxy/pop3/secret.hpp"

namespace postern::doctor {

struct Move {
  std::string config;   // where backends are named
  std::string before;   // a backend's name, or HOST:PORT
  std::string after;    // the same
  std::string ca_file;  // authorities to trust beside the system's, for HOST:995
};

struct Compared {
  std::size_t before = 0;  // messages
  std::size_t after = 0;
  Findings findings = {};
};

/// Logs in to both at once. Why it cannot: a configuration that `check` refuses, or a server that
/// is neither a backend nor an address.
[[nodiscard]] std::expected<Compared, std::string> compare_servers(
    const Move& move, const pop3::Credential& credential);

}  // namespace postern::doctor
