// SPDX-License-Identifier: Apache-2.0
// The process that has the private keys, and does nothing but sign with them.
#pragma once

#include "proxy/net/descriptor.hpp"

namespace postern::keys {

/// Serves a control channel until its other end is gone. To be called in a process that was forked
/// for it, has one thread, and has begun its seclusion.
[[noreturn]] void run_signer(net::Descriptor control);

}  // namespace postern::keys
