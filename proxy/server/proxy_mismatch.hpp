// SPDX-License-Identifier: Apache-2.0
// What the log says of a connection without the header of the PROXY protocol that its listener
// asks for: what came instead, and in words, what is probably set up wrong.
#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/admin/log.hpp"
#include "proxy/net/proxy_intake.hpp"
#include "proxy/server/arrival.hpp"

namespace postern::server {

enum class Mismatch : std::uint8_t {
  kUntrusted,  // not one of listener.proxy_trusted
  kSilence,    // nothing in time
  kGone,       // it left without a word, as a health check does
  kHalf,       // of a header, and no more in time, or ever
  kTls,        // a ClientHello
  kCommand,    // of POP3
  kForeign,    // anything else
  kMalformed,  // a header that is none
  kTooLong,
  kChecksum,
};

/// What a complete look at it found. `state` is kFaulty or kEnded, or kWaiting when its time is
/// over.
Mismatch mismatch_of(const net::ProxyIntake& intake, net::ProxyIntake::State state) noexcept;

/// Nothing of a check that leaves without a word, from one of log.quiet_networks.
void write_mismatch(admin::Log& log, Mismatch mismatch, const Arrival& arrival);

}  // namespace postern::server
