// SPDX-License-Identifier: Apache-2.0
#include "proxy/setup/first_configuration.hpp"

#include <fmt/format.h>

#include <string_view>

#include "conf/endpoint.hpp"
#include "proxy/migrate/blueprint.hpp"

namespace postern::setup {
namespace {

using migrate::list;
using migrate::text;

constexpr std::uint16_t kClearPort = 110;

bool takes_the_clear_port(const FoundServer& server) {
  const auto endpoint = conf::endpoint_from(server.address);
  return endpoint && endpoint->port == kClearPort && conf::is_loopback(*endpoint);
}

std::string_view word_of(conf::BackendTls tls) {
  switch (tls) {
    case conf::BackendTls::kNone:
      return "none";
    case conf::BackendTls::kImplicit:
      return "implicit";
    case conf::BackendTls::kStls:
      return "stls";
  }
  return "none";
}

std::string clear_door(const Choice& choice) {
  if (takes_the_clear_port(choice.server)) {
    return "# Port 110 is the server's own here. Move it elsewhere, and give its port to clients:\n"
           "# [[listener]]\n# name = \"pop3\"\n# address = [\"0.0.0.0:110\", \"[::]:110\"]\n"
           "# tls = \"stls\"\n\n";
  }
  return "[[listener]]                             # TLS after STLS; no password passes before it\n"
         "name = \"pop3\"\naddress = [\"0.0.0.0:110\", \"[::]:110\"]\ntls = \"stls\"\n\n";
}

}  // namespace

std::string first_configuration(const Choice& choice) {
  return fmt::format(
      "# Written by `postern init`. Every key: postern config --defaults, or man postern.toml\n\n"
      "[server]\nnames = {}  # what users type; the certificate is checked against it\n\n"
      "[[listener]]                             # TLS from the first byte\n"
      "name = \"pop3s\"\naddress = [\"0.0.0.0:995\", \"[::]:995\"]\ntls = \"implicit\"\n\n"
      "{}"
      "[[tls.certificate]]                      # renewed files are taken by themselves\n"
      "cert_file = {}\nkey_file = {}\n\n"
      "[[backend]]                              # the POP3 server behind\n"
      "name = \"mail\"\naddress = {}\ntls = \"{}\"\n",
      list({choice.name}), clear_door(choice), text(choice.certificate.cert_file),
      text(choice.certificate.key_file), list({choice.server.address}), word_of(choice.server.tls));
}

}  // namespace postern::setup
