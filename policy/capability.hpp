// SPDX-License-Identifier: Apache-2.0
// The capabilities that a client may be told of (RFC 2449, 2595, 3206, 6856), and a set of them:
// what `policy.capabilities` says. All others stay inside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "policy/enum_set.hpp"

namespace postern::policy {

enum class Capability : std::uint8_t {
  kTop,
  kUidl,
  kUser,
  kSasl,
  kRespCodes,
  kAuthRespCode,
  kPipelining,
  kStls,
  kExpire,
  kLoginDelay,
  kLang,
  kUtf8,
};

inline constexpr std::size_t kCapabilityCount = static_cast<std::size_t>(Capability::kUtf8) + 1;

/// In upper case, as CAPA lists it.
std::string_view name_of(Capability capability) noexcept;

/// In any case. Empty for every other word.
std::optional<Capability> capability_from(std::string_view word) noexcept;

using CapabilitySet = EnumSet<Capability>;

}  // namespace postern::policy
