// SPDX-License-Identifier: Apache-2.0
// Where the engine is and how it is asked: what `[cluster]` came to. Values.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proxy/pop3/secret.hpp"

namespace postern::tls {
class ClientContext;
}

namespace postern::cluster {

struct EngineAddress {
  std::string host;  // without brackets
  std::uint16_t port = 0;

  /// "HOST:PORT".
  std::string text() const {
    const bool bare = host.find(':') == std::string::npos;
    return (bare ? host : "[" + host + "]") + ":" + std::to_string(port);
  }
  bool operator==(const EngineAddress&) const = default;
};

struct EngineSettings {
  std::vector<EngineAddress> addresses;  // of engines, or of Sentinels that know where it is
  std::string username = {};             // empty: the engine's default user
  pop3::Secret password = {};            // empty: it asks for none
  std::shared_ptr<const tls::ClientContext> tls = {};  // null: in clear
};

}  // namespace postern::cluster
