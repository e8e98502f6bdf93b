// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/stunnel_text.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "proxy/migrate/spelling.hpp"

namespace postern::migrate {
namespace {

class StunnelText {
 public:
  explicit StunnelText(Files& files) : files_(files) {}

  std::optional<Refusal> read(std::string_view text, const std::string& file, std::size_t depth,
                              Directives& all) {
    std::uint32_t number = 0;
    for (const std::string_view raw : lines_of(text)) {
      ++number;
      const std::string_view line = trimmed(raw);
      if (line.empty() || line.front() == ';' || line.front() == '#') continue;
      if (++count_ > kMostDirectives) return refuse({file, number}, "too many lines");
      if (line.front() == '[' && line.back() == ']') {
        all.push_back({.at = {file, number},
                       .name = std::string(trimmed(line.substr(1, line.size() - 2))),
                       .values = {},
                       .is_block = true});
        continue;
      }
      const auto equals = line.find('=');
      if (equals == std::string_view::npos) {
        return refuse({file, number}, "a line that is neither [SERVICE] nor OPTION = VALUE");
      }
      Directive one{.at = {file, number},
                    .name = lower_case(trimmed(line.substr(0, equals))),
                    .values = {std::string(trimmed(line.substr(equals + 1)))}};
      if (one.name == "include") {
        if (auto refused = include(one, depth, all)) return refused;
        continue;
      }
      (all.empty() || !all.back().is_block ? all : all.back().inside).push_back(std::move(one));
    }
    return std::nullopt;
  }

 private:
  static Refusal refuse(Origin at, std::string why) {
    return {Refusal::Kind::kNoSuchFile, std::move(at), "no file of stunnel: " + std::move(why)};
  }

  // A directory, all of whose files are read.
  std::optional<Refusal> include(const Directive& one, std::size_t depth, Directives& all) {
    const std::string directory =
        Files::beside(Files::directory_of(one.at.file), std::string(one.value()));
    for (const std::string& path : Files::named_by(directory + "/*")) {
      if (depth + 1 >= kDeepest) return refuse(one.at, "files include each other");
      const auto text = files_.read(path);
      if (text) {
        if (auto refused = read(*text, path, depth + 1, all)) return refused;
      } else {
        all.push_back({.at = one.at, .name = "include", .values = {path, text.error()}});
      }
    }
    return std::nullopt;
  }

  Files& files_;
  std::size_t count_ = 0;
};

}  // namespace

std::expected<Directives, Refusal> read_stunnel(std::string_view text, const std::string& file,
                                                Files& files) {
  Directives all;
  StunnelText reading(files);
  if (auto refused = reading.read(text, file, 0, all)) return std::unexpected(*std::move(refused));
  return all;
}

}  // namespace postern::migrate
