// SPDX-License-Identifier: Apache-2.0
// What is said to the engine: a command is a list of words, each any bytes.
#pragma once

#include <string>
#include <vector>

namespace postern::cluster {

using Words = std::vector<std::string>;

/// As it goes over the wire.
std::string command_of(const Words& words);

}  // namespace postern::cluster
