// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/dovecot_text.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "proxy/migrate/spelling.hpp"
#include "proxy/migrate/text_reading.hpp"

namespace postern::migrate {
namespace {

// A comment begins a line, or stands behind a blank; not inside quotes.
std::string_view without_comment(std::string_view line) {
  char quote = '\0';
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char one = line[at];
    if (quote != '\0') {
      if (one == '\\') ++at;
      if (one == quote) quote = '\0';
    } else if (one == '"' || one == '\'') {
      quote = one;
    } else if (one == '#' && (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t')) {
      return line.substr(0, at);
    }
  }
  return line;
}

std::string unquoted(std::string_view value) {
  const bool quoted = value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
                      value.back() == value.front();
  if (!quoted) return std::string(value);
  std::string text;
  for (std::size_t at = 1; at + 1 < value.size(); ++at) {
    if (value[at] == '\\' && at + 2 < value.size()) ++at;
    text += value[at];
  }
  return text;
}

class DovecotReading final : public TextReading {
 public:
  explicit DovecotReading(Files& files) noexcept : TextReading("Dovecot", files) {}

 private:
  std::optional<Refusal> read(std::string_view text, const std::string& file, std::size_t depth,
                              Directives& into) override {
    std::vector<Directives*> open{&into};
    std::uint32_t number = 0;
    std::string joined;
    for (const std::string_view raw : lines_of(text)) {
      ++number;
      std::string_view line = trimmed(without_comment(raw));
      if (line.ends_with('\\')) {
        joined += std::string(trimmed(line.substr(0, line.size() - 1))) + ' ';
        continue;
      }
      const std::string whole = std::exchange(joined, {}) + std::string(line);
      if (whole.empty()) continue;
      if (!takes_one_more()) return refuse({file, number}, "too many lines");
      if (whole == "}") {
        if (open.size() == 1) return refuse({file, number}, "a } that closes nothing");
        open.pop_back();
        continue;
      }
      if (whole.starts_with('!')) {
        if (auto refused = follow(whole, {file, number}, depth, *open.back())) return refused;
        continue;
      }
      open.back()->push_back(directive(whole, {file, number}));
      if (!open.back()->back().is_block) continue;
      if (depth + open.size() > kDeepest)
        return refuse({file, number}, "blocks are nested too deep");
      open.push_back(&open.back()->back().inside);
    }
    if (open.size() > 1) return refuse({file, number}, "it ends inside a block");
    return std::nullopt;
  }

  static Directive directive(std::string_view line, Origin at) {
    Directive one{.at = std::move(at), .name = {}, .values = {}};
    const auto equals = line.find('=');
    one.is_block = line.ends_with('{') && (equals == std::string_view::npos ||
                                           trimmed(line.substr(equals + 1)).contains('{'));
    if (one.is_block) {
      auto words = split(line.substr(0, line.size() - 1), " \t");
      if (!words.empty()) one.name = words.front();
      for (std::size_t i = 1; i < words.size(); ++i) one.values.push_back(unquoted(words[i]));
      return one;
    }
    one.name = std::string(trimmed(line.substr(0, equals)));
    if (equals != std::string_view::npos) {
      one.values.push_back(unquoted(trimmed(line.substr(equals + 1))));
    }
    return one;
  }

  // "!include PATTERN", or "!include_try".
  std::optional<Refusal> follow(const std::string& line, const Origin& at, std::size_t depth,
                                Directives& into) {
    const auto blank = line.find_first_of(" \t");
    const std::string wanted(blank == std::string::npos ? "" : trimmed(line.substr(blank)));
    const bool tried = line.substr(0, blank) == "!include_try";
    return include(Files::beside(Files::directory_of(at.file), wanted), at, depth, into,
                   tried ? Missing::kPassedOver : Missing::kNoted);
  }
};

}  // namespace

std::expected<Directives, Refusal> read_dovecot(std::string_view text, const std::string& file,
                                                Files& files) {
  return DovecotReading(files).whole(text, file);
}

}  // namespace postern::migrate
