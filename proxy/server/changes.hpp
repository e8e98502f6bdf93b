// SPDX-License-Identifier: Apache-2.0
// What whoever starts or reloads a configuration learns of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "conf/diagnostic.hpp"
#include "conf/print.hpp"
#include "conf/settings.hpp"
#include "proxy/net/address.hpp"

namespace postern::server {

/// One address that is listened on.
struct Listening {
  std::string listener;
  conf::ListenerTls tls = conf::ListenerTls::kImplicit;
  net::Address address;  // with the port that is in use
  bool fresh = false;    // it was not listened on before
};

/// What a start or a reload has brought into service.
struct Changes {
  std::size_t listeners = 0;
  std::size_t workers = 0;
  std::vector<Listening> listening;    // all addresses, in the order of the configuration
  conf::Diagnostics warnings;          // about the configuration, in spite of which it is in use
  std::vector<Listening> closed = {};  // is not listened on any more
  std::vector<conf::Difference> keys = {};   // that differ from what was in use; none at a start
  std::optional<net::Address> metrics = {};  // where Prometheus may ask; empty: nowhere
};

}  // namespace postern::server
