// SPDX-License-Identifier: Apache-2.0
// How the link between a mail program and us is protected, in the order of strength.
#pragma once

#include <cstdint>
#include <string_view>

namespace postern::policy {

enum class Link : std::uint8_t { kPlaintext, kTls10, kTls11, kTls12, kTls13 };

constexpr bool is_tls(Link link) noexcept { return link != Link::kPlaintext; }

/// "none", "1.0" to "1.3": the words of the configuration and of `postern explain`.
std::string_view name_of(Link link) noexcept;

}  // namespace postern::policy
