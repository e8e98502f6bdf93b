// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/spelling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "conf/endpoint.hpp"

namespace postern::migrate {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kBlank = " \t\r\n\f\v";
constexpr std::size_t kLongestShown = 100;

struct Unit {
  std::string_view name;
  std::int64_t ms;
};

constexpr std::array kUnits = {
    Unit{"ms", 1},
    Unit{"msec", 1},
    Unit{"msecs", 1},
    Unit{"millisecond", 1},
    Unit{"milliseconds", 1},
    Unit{"s", 1'000},
    Unit{"sec", 1'000},
    Unit{"secs", 1'000},
    Unit{"second", 1'000},
    Unit{"seconds", 1'000},
    Unit{"", 1'000},
    Unit{"m", 60'000},
    Unit{"min", 60'000},
    Unit{"mins", 60'000},
    Unit{"minute", 60'000},
    Unit{"minutes", 60'000},
    Unit{"h", 3'600'000},
    Unit{"hour", 3'600'000},
    Unit{"hours", 3'600'000},
    Unit{"d", 86'400'000},
    Unit{"day", 86'400'000},
    Unit{"days", 86'400'000},
    Unit{"w", 604'800'000},
};

bool is_digit(char one) noexcept { return one >= '0' && one <= '9'; }
bool is_letter(char one) noexcept { return one >= 'a' && one <= 'z'; }

bool tells_secret(std::string_view name) {
  const std::string low = lower_case(name);
  if (low.starts_with("proxy_pass_")) return false;
  return std::ranges::any_of(std::array<std::string_view, 7>{"pass", "secret", "psk", "header",
                                                             "token", "args", "userlist"},
                             [&](std::string_view part) { return low.contains(part); });
}

}  // namespace

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string lower_case(std::string_view text) {
  std::string low(text);
  for (char& one : low) {
    if (one >= 'A' && one <= 'Z') one = static_cast<char>(one - 'A' + 'a');
  }
  return low;
}

std::vector<std::string> split(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool is_yes(std::string_view word) {
  const std::string low = lower_case(word);
  return low == "yes" || low == "y" || low == "on" || low == "true" || low == "1";
}

bool is_no(std::string_view word) {
  const std::string low = lower_case(word);
  return low == "no" || low == "n" || low == "off" || low == "false" || low == "0";
}

std::optional<std::uint64_t> number_from(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint16_t> port_from(std::string_view text) {
  const std::string low = lower_case(text);
  if (low == "pop3" || low == "pop-3" || low == "pop") return 110;
  if (low == "pop3s" || low == "spop3") return 995;
  const auto value = number_from(text);
  if (!value || *value == 0 || *value > 65'535) return std::nullopt;
  return static_cast<std::uint16_t>(*value);
}

std::string address_text(std::string_view host, std::uint16_t port) {
  if (host.empty() || host == "*") host = "0.0.0.0";
  if (host == "localhost") host = "127.0.0.1";
  return conf::to_string(conf::Endpoint{.host = std::string(host), .port = port});
}

std::optional<Spot> spot_from(std::string_view text, std::optional<std::uint16_t> usual) {
  if (text.starts_with(":::")) text = text.substr(1);  // stunnel's for all of IPv6
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string host(text.substr(1, end - 1));
    const std::string_view rest = text.substr(end + 1);
    const auto port = rest.starts_with(':') ? port_from(rest.substr(1)) : usual;
    return port ? std::optional(Spot{host, *port}) : std::nullopt;
  }
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    if (!usual) {
      const auto port = port_from(text);
      return port ? std::optional(Spot{{}, *port}) : std::nullopt;
    }
    return Spot{std::string(text), *usual};
  }
  if (std::ranges::count(text, ':') > 1 && usual) return Spot{std::string(text), *usual};
  const auto port = port_from(text.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string host(text.substr(0, colon));
  if (host == ":") host = "::";
  return Spot{std::move(host), *port};
}

std::optional<std::string> tls_version(std::string_view word) {
  std::string low;
  for (const char one : lower_case(word)) {
    if (is_digit(one) || is_letter(one)) low += one;
  }
  if (low.starts_with("ssl")) return "ssl";
  if (low == "tlsv1" || low == "tls1" || low == "tlsv10" || low == "tls10") return "1.0";
  if (low == "tlsv11" || low == "tls11") return "1.1";
  if (low == "tlsv12" || low == "tls12") return "1.2";
  if (low == "tlsv13" || low == "tls13") return "1.3";
  return std::nullopt;
}

void set_floor(Blueprint& blueprint, Table& table, std::string_view version, const Directive& by) {
  const bool ancient = version == "ssl";
  if (ancient) version = "1.0";
  const bool old = version == "1.0" || version == "1.1";
  table.set("min_version", text(version), from(by.at, by.name));
  if (!old) return;
  table.set("profile", text("legacy"), "ciphers that so old a version needs");
  blueprint.look_at(
      by.at, shown(by),
      fmt::format("{}TLS {} is taken over because it is asked for; it is not safe (RFC "
                  "8996), `postern report tls` tells who still needs it",
                  ancient ? "SSL is gone; " : "", version));
}

void leave_ceiling(Blueprint& blueprint, std::string_view version, const Directive& by) {
  if (version == "1.3" || version == "ssl") return;
  blueprint.left_out(by.at, shown(by),
                     fmt::format("TLS 1.3 is offered as well; if that must not be, write "
                                 "tls.max_version = \"{}\"",
                                 version));
}

std::optional<std::string> door_address(Blueprint& blueprint, const Spot& spot,
                                        const Directive& by) {
  std::string address = address_text(spot.host, spot.port);
  const auto endpoint = conf::endpoint_from(address);
  if (endpoint && conf::is_address(*endpoint)) return address;
  blueprint.left_out(by.at, shown(by),
                     "only IP addresses are listened on: write the one that the name has");
  return std::nullopt;
}

std::optional<milliseconds> span_from(std::string_view text) {
  const std::string low = lower_case(trimmed(text));
  if (low.empty() || !is_digit(low.front())) return std::nullopt;
  std::int64_t sum = 0;
  std::size_t at = 0;
  while (at < low.size()) {
    const auto digits = at;
    while (at < low.size() && is_digit(low[at])) ++at;
    if (at == digits || at - digits > 9) return std::nullopt;
    const auto count = number_from(std::string_view(low).substr(digits, at - digits));
    while (at < low.size() && low[at] == ' ') ++at;
    const auto word = at;
    while (at < low.size() && is_letter(low[at])) ++at;
    const std::string_view name = std::string_view(low).substr(word, at - word);
    const auto unit = std::ranges::find(kUnits, name, &Unit::name);
    if (unit == kUnits.end()) return std::nullopt;
    sum += static_cast<std::int64_t>(*count) * unit->ms;
    if (sum > std::int64_t{86'400'000} * 1000) return std::nullopt;
    while (at < low.size() && low[at] == ' ') ++at;
  }
  return milliseconds(sum);
}

std::string shown(const Directive& one) {
  if (one.values.empty()) return one.name;
  if (tells_secret(one.name)) return one.name + " ...";
  std::string line = one.name;
  for (const std::string& value : one.values) {
    if (value.empty()) continue;
    const auto user = value.find('@');  // of a URL, and a password may stand before it
    const bool url = value.contains("://") && user != std::string::npos;
    line += ' ';
    line += url ? "..." + value.substr(user) : value;
  }
  if (line.size() > kLongestShown) line = line.substr(0, kLongestShown) + "...";
  return line;
}

}  // namespace postern::migrate
