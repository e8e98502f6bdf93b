// SPDX-License-Identifier: Apache-2.0
// How things are called in the engine. The tag in braces keeps them together on one machine of
// those that share an engine's load; the number is that of the layout: two versions of postern that
// differ in it live side by side, and know nothing of each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "proxy/cluster/cluster_keys.hpp"

namespace postern::cluster {

inline constexpr const char* kChannel = "{postern:1}:news";

inline constexpr const char* kBans = "{postern:1}:b";
inline constexpr const char* kBanEnds = "{postern:1}:bt";
inline constexpr const char* kNodes = "{postern:1}:n";
inline constexpr const char* kLives = "{postern:1}:nt";
inline constexpr const char* kEpoch = "{postern:1}:e";

/// How many bans there may be, of all machines together.
inline constexpr std::size_t kMostBans = 8'192;

/// What there is one of for each of many.
enum class Kind : char {
  kSessions = 's',
  kLock = 'l',
  kPair = 'u',
  kRefused = 'r',
  kExposed = 'x',
  kWrong = 'p',
  kAsked = 't',
  kStrangers = 'q',
  kAskedStrangers = 'v',
};

inline std::string key_of(Kind kind, std::uint64_t number) {
  return std::string("{postern:1}:") + static_cast<char>(kind) + ":" + text_of(number);
}

}  // namespace postern::cluster
