// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/stunnel_text.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "proxy/migrate/spelling.hpp"
#include "proxy/migrate/text_reading.hpp"

namespace postern::migrate {
namespace {

class StunnelReading final : public TextReading {
 public:
  explicit StunnelReading(Files& files) noexcept : TextReading("stunnel", files) {}

 private:
  std::optional<Refusal> read(std::string_view text, const std::string& file, std::size_t depth,
                              Directives& all) override {
    std::uint32_t number = 0;
    for (const std::string_view raw : lines_of(text)) {
      ++number;
      const std::string_view line = trimmed(raw);
      if (line.empty() || line.front() == ';' || line.front() == '#') continue;
      if (!takes_one_more()) return refuse({file, number}, "too many lines");
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
        // A directory, all of whose files are read.
        const std::string directory =
            Files::beside(Files::directory_of(file), std::string(one.value()));
        if (auto refused = include(directory + "/*", one.at, depth, all)) return refused;
        continue;
      }
      (all.empty() || !all.back().is_block ? all : all.back().inside).push_back(std::move(one));
    }
    return std::nullopt;
  }
};

}  // namespace

std::expected<Directives, Refusal> read_stunnel(std::string_view text, const std::string& file,
                                                Files& files) {
  return StunnelReading(files).whole(text, file);
}

}  // namespace postern::migrate
