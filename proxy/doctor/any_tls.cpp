// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/any_tls.hpp"

#include <utility>

#include "tls/client_context.hpp"

namespace postern::doctor {

std::optional<upstream::BackendLink> any_tls(conf::BackendTls way, std::string server_name) {
  auto context = tls::ClientContext::create({.verify = tls::Verify::kNone,
                                             .ca_file = {},
                                             .pins = {},
                                             .min_version = tls::Version::kTls10});
  if (!context) return std::nullopt;
  upstream::BackendLink link;
  link.settings.tls = way;
  link.settings.verify = tls::Verify::kNone;
  link.settings.min_version = tls::Version::kTls10;
  link.settings.server_name = std::move(server_name);
  link.context = *std::move(context);
  return link;
}

}  // namespace postern::doctor
