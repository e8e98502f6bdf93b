// SPDX-License-Identifier: Apache-2.0
// One worker's questions, answered: packets in, packets out, until the worker closes its channel.
#pragma once

#include "proxy/keys/key_ring.hpp"
#include "proxy/net/descriptor.hpp"

namespace postern::keys {

/// How it ended: the other end is gone, or said what no worker says.
enum class AskerEnd { kGone, kMakesNoSense };

/// Blocks until then.
AskerEnd answer_questions(const net::Descriptor& channel, const KeyRing& ring);

}  // namespace postern::keys
