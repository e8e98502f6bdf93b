// SPDX-License-Identifier: Apache-2.0
// The text of a first configuration: ten lines that matter, each with what it is for.
#pragma once

#include <string>

#include "proxy/setup/server_search.hpp"
#include "tls/tls_settings.hpp"

namespace postern::setup {

struct Choice {
  std::string name;  // that users type
  FoundServer server;
  tls::CertificateFiles certificate;
};

/// conf::read_text() takes it, if a name is a host's and an address HOST:PORT. Port 110 is left to
/// a server of this machine that has it.
std::string first_configuration(const Choice& choice);

}  // namespace postern::setup
