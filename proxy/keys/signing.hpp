// SPDX-License-Identifier: Apache-2.0
// One worker's questions, answered: packets in, packets out, until the worker closes its channel.
#pragma once

#include "proxy/keys/key_ring.hpp"
#include "proxy/net/descriptor.hpp"

namespace postern::keys {

/// Blocks; returns when the other end is gone, or says what no worker says.
void answer_questions(const net::Descriptor& channel, const KeyRing& ring);

}  // namespace postern::keys
