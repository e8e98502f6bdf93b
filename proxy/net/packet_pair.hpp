// SPDX-License-Identifier: Apache-2.0
// Two processes of ours that talk: a pair of sockets which keeps the bounds of packets, and on
// which a descriptor can travel with a packet.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "proxy/net/descriptor.hpp"

namespace postern::net {

/// Both ends of a new connection, which keeps the bounds of packets.
struct Pair {
  Descriptor near;
  Descriptor far;
};
std::optional<Pair> new_pair() noexcept;

enum class Wait {
  kBlocks,   // for as long as it takes
  kSeconds,  // for five of them, whether the socket would block or not; then ETIMEDOUT
  kNever,
};

/// Sends one packet, and a descriptor with it unless that is negative. Returns 0 or errno.
int send_packet(const Descriptor& socket, std::string_view packet, int descriptor,
                Wait wait) noexcept;

struct Received {
  int error = 0;            // errno; 0 with an empty packet is the end
  std::string_view packet;  // in the buffer
  Descriptor descriptor;
};

/// Receives one packet, and the descriptor that came with it. What is too large is an error.
Received receive_packet(const Descriptor& socket, std::span<char> buffer, Wait wait) noexcept;

}  // namespace postern::net
