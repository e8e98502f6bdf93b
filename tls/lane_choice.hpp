// SPDX-License-Identifier: Apache-2.0
// The choice between the lanes of one address, in the middle of a handshake: after the ClientHello
// is read, and before BoringSSL looks at its versions and ciphers.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "tls/lane.hpp"
#include "tls/server_context_parts.hpp"

namespace postern::tls {

class LaneChoice {
 public:
  explicit LaneChoice(Lanes lanes) : lanes_(std::move(lanes)) {}

  /// Takes the connection, which is in its select-certificate callback, into the lane for a name,
  /// versions first: SSL_set_SSL_CTX() brings certificates, ciphers and callbacks, but none of
  /// those. The tier to choose a certificate from; null when there is no lane for the name.
  const Tier* enter(SSL* ssl, std::string_view server_name);

  /// Which lane that was; empty before, and when there was none.
  std::optional<std::size_t> chosen() const noexcept { return chosen_; }
  /// Its context, which the connection must keep.
  const std::shared_ptr<const ServerContext>& context() const {
    return lanes_.all[*chosen_].context;
  }

 private:
  Lanes lanes_;
  std::optional<std::size_t> chosen_;
};

/// Confines a connection to what a tier has of versions, from `floor` on if that is newer.
void confine_to(SSL* ssl, const Tier& tier, std::optional<Version> floor);

/// For a connection that is in its select-certificate callback, and confined to `tier`: what it is
/// to be served from. Another tier where the client offers nothing that is new enough and is let in
/// to be told so; then it is confined to that one, and gets no ticket.
const Tier* tier_by_version(SSL* ssl, const Tier* tier, std::optional<Version> newest);

/// Where a lane was chosen, says which, makes its context the connection's, and lets go of the
/// choice with the other lanes.
void settle(std::unique_ptr<LaneChoice>& choice, std::shared_ptr<const void>& context,
            std::optional<std::uint16_t>& lane);

/// The choice that a connection at its server's end has; null where there is only one lane.
LaneChoice* lane_choice(const SSL* ssl);

}  // namespace postern::tls
