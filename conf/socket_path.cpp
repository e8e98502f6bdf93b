// SPDX-License-Identifier: Apache-2.0
#include "conf/socket_path.hpp"

#include <optional>

#include "conf/reader.hpp"
#include "tls/file.hpp"

namespace postern::conf {
namespace {

std::string_view without_blanks(std::string_view text) noexcept {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// What is between the quotes, where the line gives the key a text.
std::optional<std::string_view> quoted_value(std::string_view line, std::string_view key) noexcept {
  if (!line.starts_with(key)) return std::nullopt;
  line = without_blanks(line.substr(key.size()));
  if (!line.starts_with('=')) return std::nullopt;
  line = without_blanks(line.substr(1));
  if (line.empty() || (line.front() != '"' && line.front() != '\'')) return std::nullopt;
  const std::size_t end = line.find(line.front(), 1);
  if (end == std::string_view::npos) return std::nullopt;
  return line.substr(1, end - 1);
}

// Line by line, since there may be no more sense in it than that.
std::string scanned_socket(std::string_view text) {
  std::string found = Control().socket;
  std::string_view table;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = without_blanks(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.starts_with('[')) table = line;
    const std::string_view key = table == "[control]" ? "socket" : "control.socket";
    if (!table.empty() && table != "[control]") continue;
    if (const auto value = quoted_value(line, key)) found = *value;
  }
  return found;
}

}  // namespace

std::string socket_path_in(std::string_view text) {
  const auto document = read_text(text, "");
  return document ? document->settings.live.control.socket : scanned_socket(text);
}

std::string socket_path_of(const std::string& file) {
  const auto text = tls::read_file(file, kMaxFile);
  return text ? socket_path_in(*text) : Control().socket;
}

}  // namespace postern::conf
