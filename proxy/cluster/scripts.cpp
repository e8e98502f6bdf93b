// SPDX-License-Identifier: Apache-2.0
#include "proxy/cluster/scripts.hpp"

#include <utility>

namespace postern::cluster {
namespace {

constexpr std::array<std::string_view, kScriptCount> kNames = {
    "ban",   "unban",   "list_bans", "beat",  "leave_for_good", "list_nodes",
    "leave", "declare", "try_login", "right", "undo",           "wrong"};

std::string hex(std::uint32_t number) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned shift = 32; shift != 0; shift -= 4) text += kDigits[number >> (shift - 4) & 15U];
  return text;
}

// FNV-1a: another text has another name, so that two versions never run each other's.
std::uint32_t print_of(std::string_view text) noexcept {
  std::uint32_t print = 2'166'136'261U;
  for (const char c : text) print = (print ^ static_cast<std::uint8_t>(c)) * 16'777'619U;
  return print;
}

}  // namespace

std::string_view name_of(Script script) noexcept {
  return kNames[static_cast<std::size_t>(script)];
}

Scripts::Scripts() : library_name_("postern_1_" + hex(print_of(shipped_scripts()))) {}

Words Scripts::library() const {
  std::string text = "#!lua name=" + library_name_ + "\n";
  text += shipped_scripts();
  for (const std::string_view name : kNames) {
    text += "redis.register_function('" + library_name_ + "_";
    text += name;
    text += "', ";
    text += name;
    text += ")\n";
  }
  return {"FUNCTION", "LOAD", std::move(text)};
}

Words Scripts::text(Script script) const {
  std::string text(shipped_scripts());
  text += "return ";
  text += name_of(script);
  text += "(KEYS, ARGV)\n";
  return {"SCRIPT", "LOAD", std::move(text)};
}

// Somebody may have been faster.
bool Scripts::is_loaded(const Reply& reply) noexcept {
  return reply.is_text() || (reply.is_error() && reply.text.contains("already exists"));
}

bool Scripts::take_digest(Script script, const Reply& reply) {
  if (!reply.is_text()) return false;
  digests_[static_cast<std::size_t>(script)] = reply.text;
  return true;
}

Words Scripts::call(ScriptWay way, Script script, const Words& keys, const Words& arguments) const {
  Words words;
  words.reserve(3 + keys.size() + arguments.size());
  if (way == ScriptWay::kFunctions) {
    words = {"FCALL", library_name_ + "_" + std::string(name_of(script))};
  } else {
    words = {"EVALSHA", digests_[static_cast<std::size_t>(script)]};
  }
  words.push_back(std::to_string(keys.size()));
  words.insert(words.end(), keys.begin(), keys.end());
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

bool Scripts::is_missing(const Reply& reply) noexcept {
  return reply.is_error() &&
         (reply.text.starts_with("NOSCRIPT") || reply.text.starts_with("ERR Function not found"));
}

}  // namespace postern::cluster
