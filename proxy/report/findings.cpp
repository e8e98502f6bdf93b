// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/findings.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "proxy/report/network_name.hpp"

namespace postern::report {
namespace {

// More than a log has lines; sums of it cannot overflow.
constexpr std::uint64_t kMostTimes = 1'000'000'000;

}  // namespace

// A line that sums up does not tell the link, but the reason may.
bool is_clear(const LogLine& line) noexcept {
  if (line.has("suppressed")) return line.get("reason") == "cleartext_auth_disabled";
  const std::string_view tls = line.get("tls");
  return tls.empty() || tls == "-";
}

bool is_logged_in(const LogLine& line) noexcept {
  return line.event() == "session" && line.has("login_dur");
}

std::string_view outcome_of(const LogLine& line) noexcept {
  const std::string_view event = line.event();
  if (event == "policy_denied") return "refused";
  if (event == "policy_would_deny") return "would be refused";
  if (event == "secret_exposed") return "password exposed";
  return is_logged_in(line) ? "logged in" : "";
}

std::uint64_t times_of(const LogLine& line) noexcept {
  const std::string_view digits = line.get("suppressed");
  std::uint64_t times = 1;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), times);
  return read.ec == std::errc() && times != 0 ? std::min(times, kMostTimes) : 1;
}

std::string client_network(const LogLine& line) { return network_of(std::string(line.get("rip"))); }

}  // namespace postern::report
