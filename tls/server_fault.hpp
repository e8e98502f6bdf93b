// SPDX-License-Identifier: Apache-2.0
// Why a server that is meant to be reached cannot be: BoringSSL's error, with what is known of
// servers that give it and with the setting that may help.
#pragma once

#include <cstdint>
#include <string>

#include "tls/tls_settings.hpp"

namespace postern::tls {

struct Meeting {
  // As the wire has it; 0: it did not say.
  std::uint16_t chosen = 0;         // the version in the server's hello
  std::uint16_t suite = 0;          // the cipher suite in it
  std::uint16_t alerted = 0;        // the version that its alert was written in
  Version floor = Version::kTls12;  // the oldest that we take
};

/// A few words for a log line; no bytes of the server in them.
std::string fault_of_server(std::uint32_t code, const Meeting& meeting);

}  // namespace postern::tls
