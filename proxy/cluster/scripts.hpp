// SPDX-License-Identifier: Apache-2.0
// What the engine does in one step, and whole or not at all: the functions of scripts/, in the two
// ways that engines know. Words only, no connection.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/cluster/engine_command.hpp"
#include "proxy/cluster/reply.hpp"

namespace postern::cluster {

/// What scripts/ defines.
enum class Script : std::uint8_t {
  kBan,
  kUnban,
  kListBans,
  kBeat,
  kLeaveForGood,
  kListNodes,
  kLeave,
  kDeclare,
  kTryLogin,
  kRight,
  kUndo,
  kWrong,
};

inline constexpr std::size_t kScriptCount = static_cast<std::size_t>(Script::kWrong) + 1;

/// As it is called there: "try_login".
std::string_view name_of(Script script) noexcept;

/// The text of scripts/, without what makes functions of it.
std::string_view shipped_scripts() noexcept;

/// How an engine has them.
enum class ScriptWay : std::uint8_t {
  kFunctions,  // a library (Redis 7), which another version of postern has beside this one
  kDigests,    // cached texts, each known by its SHA-1
};

class Scripts {
 public:
  Scripts();

  /// FUNCTION LOAD of all.
  Words library() const;
  /// SCRIPT LOAD of one.
  Words text(Script script) const;
  /// Whether the answer to library() means that they are there.
  static bool is_loaded(const Reply& reply) noexcept;
  /// Takes the answer to text(); returns whether it is there.
  bool take_digest(Script script, const Reply& reply);

  /// A call, however it was loaded.
  Words call(ScriptWay way, Script script, const Words& keys, const Words& arguments) const;
  /// Whether the answer to a call means that it has to be loaded anew.
  static bool is_missing(const Reply& reply) noexcept;

 private:
  std::string library_name_;  // of this very text
  std::array<std::string, kScriptCount> digests_;
};

}  // namespace postern::cluster
