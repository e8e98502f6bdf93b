// SPDX-License-Identifier: Apache-2.0
// The commands that a client may use once it is logged in, and a set of them: what
// `policy.commands` says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "policy/enum_set.hpp"

namespace postern::policy {

/// RFC 1939, 2449 and 6856.
enum class Command : std::uint8_t {
  kStat,
  kList,
  kRetr,
  kDele,
  kNoop,
  kRset,
  kTop,
  kUidl,
  kCapa,
  kQuit,
  kUtf8,
  kLang,
};

inline constexpr std::size_t kCommandCount = static_cast<std::size_t>(Command::kLang) + 1;

/// In upper case.
std::string_view name_of(Command command) noexcept;

using CommandSet = EnumSet<Command>;

/// What is allowed where nobody says otherwise, and the same without DELE.
inline constexpr CommandSet kReadOnlyCommands = {Command::kStat, Command::kList, Command::kRetr,
                                                 Command::kNoop, Command::kRset, Command::kTop,
                                                 Command::kUidl, Command::kCapa, Command::kQuit};
inline constexpr CommandSet kStandardCommands = {
    Command::kStat, Command::kList, Command::kRetr, Command::kDele, Command::kNoop,
    Command::kRset, Command::kTop,  Command::kUidl, Command::kCapa, Command::kQuit};

}  // namespace postern::policy
