// SPDX-License-Identifier: Apache-2.0
// How the link to a backend is protected, and who has to be at its other end.
#pragma once

#include <memory>
#include <string>

#include "conf/settings.hpp"
#include "tls/client_context.hpp"

namespace postern::upstream {

struct BackendLink {
  conf::BackendSecurity settings = {};
  std::shared_ptr<const tls::ClientContext> context = nullptr;  // null only for BackendTls::kNone

  /// What the server at an address of this host is called by.
  const std::string& name_for(const std::string& host) const noexcept {
    return settings.server_name.empty() ? host : settings.server_name;
  }
};

}  // namespace postern::upstream
