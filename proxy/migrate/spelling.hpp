// SPDX-License-Identifier: Apache-2.0
// How other programs spell what means the same everywhere: yes, addresses and ports, versions of
// TLS, spans of time. And how a setting is shown without what is secret in it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/migrate/blueprint.hpp"
#include "proxy/migrate/directive.hpp"

namespace postern::migrate {

std::string_view trimmed(std::string_view text) noexcept;
std::string lower_case(std::string_view text);
/// Without empty ones; `separators` are single characters.
std::vector<std::string> split(std::string_view text, std::string_view separators);
/// The lines, without their ends.
std::vector<std::string_view> lines_of(std::string_view text);

/// What std::ranges::contains of C++23 is, which libstdc++ 12 has not.
template <typename Range, typename Value>
bool is_among(const Range& range, const Value& value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

bool is_yes(std::string_view word);
bool is_no(std::string_view word);

/// A number, or the name of POP3's own ports.
std::optional<std::uint16_t> port_from(std::string_view text);
std::optional<std::uint64_t> number_from(std::string_view text);

/// "HOST:PORT" as postern has it: without a host, or with "*", all IPv4 addresses.
std::string address_text(std::string_view host, std::uint16_t port);

/// "HOST:PORT", "PORT", ":::PORT", "[HOST]:PORT", "HOST" where a port is given for it. Empty if it
/// is none of them.
struct Spot {
  std::string host;
  std::uint16_t port = 0;
};
std::optional<Spot> spot_from(std::string_view text, std::optional<std::uint16_t> usual = {});

/// "1.0" to "1.3" of "TLSv1", "tls1.2", "TLS12"; "ssl" for what is older; empty for other words.
std::optional<std::string> tls_version(std::string_view word);

/// Sets `min_version`, and what belongs to an old one, which is told.
void set_floor(Blueprint& blueprint, Table& table, std::string_view version, const Directive& by);
/// A newest version that is not the newest is not taken over, which is told.
void leave_ceiling(Blueprint& blueprint, std::string_view version, const Directive& by);

/// Where a listener of postern's can be; a name cannot, which is told.
std::optional<std::string> door_address(Blueprint& blueprint, const Spot& spot,
                                        const Directive& by);

/// "90s", "2 mins", "1h30m", "500" of seconds.
std::optional<std::chrono::milliseconds> span_from(std::string_view text);

/// "NAME VALUE" for a note, as far as it can be shown.
std::string shown(const Directive& one);

}  // namespace postern::migrate
