// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/lane_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "policy/host_name.hpp"

namespace postern::server {
namespace {

// A wildcard is covered by the same one only.
bool covers(const tls::Certificate& certificate, std::string_view pattern) {
  if (!pattern.starts_with("*.")) return certificate.matches(pattern);
  const auto is_it = [wanted = policy::canonical_host_name(pattern)](const std::string& name) {
    return policy::canonical_host_name(name) == wanted;
  };
  return std::ranges::any_of(certificate.names(), is_it);
}

}  // namespace

conf::Diagnostics about_lane_names(const conf::Document& document,
                                   const tls::Certificates& certificates) {
  conf::Diagnostics found;
  if (certificates.empty()) return found;
  const std::vector<conf::Listener>& listeners = document.settings.live.listeners;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    for (const std::string& name : listeners[i].sni) {
      const bool covered = std::ranges::any_of(
          certificates, [&name](const auto& one) { return covers(*one, name); });
      if (covered) continue;
      found.push_back(
          conf::about(document, conf::mark_of(document, fmt::format("listener[{}].sni", i)),
                      {"certificate-names",
                       fmt::format("no certificate covers \"{}\", which listener \"{}\" is for",
                                   name, listeners[i].name)}));
    }
  }
  return found;
}

}  // namespace postern::server
