// SPDX-License-Identifier: Apache-2.0
// What follows from a decision, where an administrator has a choice.
#pragma once

#include <cstdint>

namespace postern::policy {

/// What becomes of a client whose login was refused for want of TLS.
enum class OnPlaintext : std::uint8_t { kRefuse, kDisconnect };

/// What becomes of a right password that was seen in clear before.
enum class OnExposed : std::uint8_t { kWarn, kDeny };

}  // namespace postern::policy
