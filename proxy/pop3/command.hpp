// SPDX-License-Identifier: Apache-2.0
// One POP3 command as RFC 1939, 2449, 2595, 5034 and 6856 write it, parsed but not judged.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace postern::pop3 {

enum class Verb : std::uint8_t {
  kUser,
  kPass,
  kApop,
  kAuth,
  kCapa,
  kStls,
  kQuit,
  kNoop,
  kStat,
  kList,
  kRetr,
  kDele,
  kRset,
  kTop,
  kUidl,
  kUtf8,
  kLang,
  kLast,  // of RFC 1460, and gone since
  kUnknown,
};

inline constexpr std::size_t kVerbCount = static_cast<std::size_t>(Verb::kUnknown) + 1;

/// Upper case; "?" for an unknown verb.
std::string_view name_of(Verb verb) noexcept;

/// Views into the line that was parsed.
struct Command {
  Verb verb = Verb::kUnknown;
  std::optional<std::string_view> argument;  // all after the first space
};

/// Takes the keyword in any case, and no notice of blanks at the end, except after "PASS ", where
/// each byte counts. A line with bytes outside printable ASCII is kUnknown, except for what stands
/// after "USER ", "PASS " and "APOP ": names and passwords are bytes, and whoever takes them
/// judges them.
Command parse_command(std::string_view line) noexcept;

/// Letters, digits and hyphens (RFC 5646), 1 to 63 of them.
bool is_language_tag(std::string_view text) noexcept;

/// A message number or line count: digits only, no sign, at most 2^31-1. Empty when it is none.
std::optional<std::uint32_t> parse_number(std::string_view text) noexcept;

}  // namespace postern::pop3
