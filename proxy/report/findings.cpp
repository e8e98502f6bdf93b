// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/findings.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

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
  if (event == "policy_denied") {
    return line.get("mode") == "brownout" ? "refused in a brownout" : "refused";
  }
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

std::string_view client_address(const LogLine& line) noexcept { return line.get("rip"); }

bool is_without_login(const LogLine& line) noexcept {
  return line.event() == "session" && !line.has("login_dur") && !line.has("suppressed") &&
         line.get("auth_attempts") == "0";
}

// The STLS is what led to the handshake.
bool left_behind_handshake(const LogLine& line) noexcept {
  const std::string_view last = line.get("last");
  const bool silent = last.empty() || (last == "STLS" && line.get("stls") == "yes");
  return is_without_login(line) && !is_clear(line) && silent && line.get("ended_by") == "client";
}

bool left_at_certificate(const LogLine& line) noexcept {
  return line.event() == "tls_failed" &&
         line.get("msg").starts_with("the client left when it had seen the certificate");
}

bool is_distrust(std::string_view alert) noexcept {
  constexpr std::string_view kWords[] = {"certificate", "the chain", "name does not fit",
                                         "stapled answer"};
  return std::ranges::any_of(kWords, [&](std::string_view word) { return alert.contains(word); });
}

}  // namespace postern::report
