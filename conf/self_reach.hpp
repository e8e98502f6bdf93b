// SPDX-License-Identifier: Apache-2.0
// Whether what connects to one address ends up where something listens.
#pragma once

#include "conf/endpoint.hpp"

namespace postern::conf {

/// Whether whoever connects to the first reaches what listens on the second, as far as that can be
/// told without asking the system for its own addresses.
bool reaches(const Endpoint& target, const Endpoint& listening) noexcept;

}  // namespace postern::conf
