// SPDX-License-Identifier: Apache-2.0
// How a connection to a backend becomes TLS: from its first byte, or by STLS, which is a barrier
// (RFC 2595 section 4). Where TLS is configured there is no way around it: what cannot be secured
// is of no use, and was told nothing but STLS.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "proxy/transport/transport.hpp"
#include "proxy/upstream/backend_link.hpp"
#include "proxy/upstream/greeting.hpp"

namespace postern::upstream {

class Securing {
 public:
  /// The link must outlive it. `host` is what the address was configured as.
  Securing(const BackendLink& link, std::string host) : link_(link), host_(std::move(host)) {}

  /// Whether TLS comes before the greeting.
  bool is_implicit() const noexcept { return link_.settings.tls == conf::BackendTls::kImplicit; }
  /// Whether it comes behind the greeting.
  bool is_by_stls() const noexcept { return link_.settings.tls == conf::BackendTls::kStls; }

  /// Asks for STLS. Nothing was said before, and nothing else is before the answer.
  void ask(transport::Transport& connection);

  enum class Answer : std::uint8_t {
    kNone,     // no line yet
    kAgreed,   // the handshake is next
    kRefused,  // -ERR: it has no STLS, or somebody on the way has taken it out
    kMore,  // something stands behind its +OK, which was said before TLS and might be heard in it
    kGarbled,  // no POP3
  };

  /// Takes what it answers.
  Answer hear(std::string_view bytes);

  /// Begins the handshake with the server that is called as the link says, or by the host.
  void shake_hands(transport::Transport& connection) const;

  /// Why an answer is none to go on with.
  static std::string_view text_of(Answer answer) noexcept;
  /// Why the handshake came to its end.
  std::string why_failed(const transport::Transport& connection, transport::TransportEnd end) const;

 private:
  const BackendLink& link_;
  std::string host_;
  Greeting answer_;  // one status line, as a greeting is
};

}  // namespace postern::upstream
