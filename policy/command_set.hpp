// The commands that a client may use once it is logged in, and a set of them: what
// `policy.commands` says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

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

class CommandSet {
 public:
  constexpr CommandSet() = default;
  constexpr CommandSet(std::initializer_list<Command> commands) noexcept {
    for (const Command command : commands) add(command);
  }

  constexpr void add(Command command) noexcept { bits_ |= bit(command); }

  constexpr bool contains(Command command) const noexcept { return (bits_ & bit(command)) != 0; }

  bool operator==(const CommandSet&) const = default;

 private:
  static constexpr std::uint32_t bit(Command command) noexcept {
    return 1U << static_cast<unsigned>(command);
  }

  std::uint32_t bits_ = 0;
};

/// What is allowed where nobody says otherwise, and the same without DELE.
inline constexpr CommandSet kReadOnlyCommands = {Command::kStat, Command::kList, Command::kRetr,
                                                 Command::kNoop, Command::kRset, Command::kTop,
                                                 Command::kUidl, Command::kCapa, Command::kQuit};
inline constexpr CommandSet kStandardCommands = {
    Command::kStat, Command::kList, Command::kRetr, Command::kDele, Command::kNoop,
    Command::kRset, Command::kTop,  Command::kUidl, Command::kCapa, Command::kQuit};

}  // namespace postern::policy
