// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/text_reading.hpp"

#include <fmt/format.h>

#include <utility>

namespace postern::migrate {

std::expected<Directives, Refusal> TextReading::whole(std::string_view text,
                                                      const std::string& file) {
  Directives all;
  if (auto refused = read(text, file, 0, all)) return std::unexpected(*std::move(refused));
  return all;
}

std::optional<Refusal> TextReading::include(const std::string& pattern, const Origin& at,
                                            std::size_t depth, Directives& into, Missing missing) {
  for (const std::string& path : Files::named_by(pattern)) {
    if (depth + 1 >= kDeepest) return refuse(at, "files include each other");
    const auto text = files_.read(path);
    if (text) {
      if (auto refused = read(*text, path, depth + 1, into)) return refused;
    } else if (missing == Missing::kNoted) {
      into.push_back({.at = at, .name = "include", .values = {path, text.error()}});
    }
  }
  return std::nullopt;
}

Refusal TextReading::refuse(Origin at, std::string_view why) const {
  return {Refusal::Kind::kNoSuchFile, std::move(at),
          fmt::format("no file of {}: {}", program_, why)};
}

}  // namespace postern::migrate
