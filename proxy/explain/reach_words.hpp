// SPDX-License-Identifier: Apache-2.0
// How a backend's addresses are chosen from and looked after, in words for a person.
#pragma once

#include <string>

#include "conf/settings.hpp"

namespace postern::explain {

/// "2 addresses by turns, each checked every 10s".
std::string reach_words(const conf::Backend& backend);

}  // namespace postern::explain
