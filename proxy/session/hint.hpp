// SPDX-License-Identifier: Apache-2.0
// What the log says about a peer that did not speak what the door speaks: which event it is, and in
// words, what is probably set up wrong.
#pragma once

#include <string>
#include <string_view>

#include "proxy/pop3/dialogue.hpp"
#include "proxy/transport/transport.hpp"

namespace postern::session {

using transport::Transport;

struct Hint {
  std::string_view event;  // empty: the session's own line says enough
  std::string message;
};

/// Of a client that said nothing more when it had seen the certificate; the report looks for it.
inline constexpr std::string_view kLeftBehindCertificate =
    "the client left when it had seen the certificate, without an alert";

/// The hint for a session that ended like this.
Hint hint_for(pop3::CloseReason reason, const Transport& downstream,
              const pop3::Dialogue& dialogue);

/// Whether a session that ended like this came, perhaps asked for TLS, said no more than QUIT and
/// left of itself, as the probes of a monitor do.
bool said_nothing(pop3::CloseReason reason, const pop3::Dialogue& dialogue) noexcept;

}  // namespace postern::session
