// SPDX-License-Identifier: Apache-2.0
// How the link to a backend is protected, in words for a person.
#pragma once

#include <string>

#include "conf/settings.hpp"

namespace postern::explain {

/// "TLS 1.2 or newer, by STLS; its server proves …"; empty where the link is in clear.
std::string link_words(const conf::Backend& backend);

}  // namespace postern::explain
