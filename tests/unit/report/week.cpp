// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/report/week.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "proxy/admin/log_entry.hpp"

namespace postern::report {
namespace {

using namespace std::chrono;

constexpr int kUsers = 300;
constexpr std::size_t kForeignEvery = 97;

const Time kStart = *parse_time("2026-11-16T00:00:00Z");

const std::vector<std::string> kOddNames = {"CONTOSO\\alice",
                                            "\"quoted\"",
                                            "=cmd|' /C calc'!A0",
                                            "\x1b[31mred",
                                            "m\xc3\xbcller",
                                            "bad\xff\x80"
                                            "bytes",
                                            "two words",
                                            "a\ts=\"b\" event=ban"};

class Author {
 public:
  std::vector<Happening> write() {
    for (int day = 0; day < 7; ++day) {
      for (int user = 0; user < kUsers; ++user) live(user, day);
      for (int i = 0; i < 40; ++i) scan(day);
    }
    std::ranges::stable_sort(week_, {}, &Happening::when);
    return std::move(week_);
  }

 private:
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(random_() >> 4U) % bound;
  }

  Happening begin(int day) {
    Happening one;
    one.when = kStart + days(day) + milliseconds(below(86'400'000));
    one.sid = fmt::format("S{:06}", ++sessions_);
    return one;
  }

  void place(Happening& one, int user) {
    one.user = user < static_cast<int>(kOddNames.size()) ? kOddNames[static_cast<std::size_t>(user)]
                                                         : fmt::format("user{}", user);
    const int home = user % 60;
    const bool away = below(5) == 0;
    if (user % 7 == 0) {
      one.ip = fmt::format("2001:db8:{:x}:{}::{:x}", home + 16, user % 9 + 1, user + 1);
    } else {
      one.ip = fmt::format("{}.0.{}.{}", away ? 198 : 192, home, user / 60 + 1);
    }
  }

  void add(Happening one, std::string_view event, seconds later = 0s) {
    one.event = event;
    one.when += later;
    week_.push_back(std::move(one));
  }

  // Six to fourteen sessions a day and user.
  void live(int user, int day) {
    const std::uint32_t sessions = 6 + below(9);
    for (std::uint32_t i = 0; i < sessions; ++i) {
      Happening one = begin(day);
      place(one, user);
      const bool moved = day >= 2 + user % 5;  // some move to TLS within the week
      if (user % 10 == 1 && !(user % 20 == 1 && moved)) {
        in_clear(one, user);
      } else {
        over_tls(one, user);
      }
    }
  }

  void in_clear(Happening one, int user) {
    one.mech = below(3) == 0 ? "PLAIN" : "USER";
    one.rule = "policy.login";
    if (user % 3 == 0) {  // report-only
      add(one, "policy_would_deny");
      one.login = Happening::Login::kDone;
    } else {
      one.reason = "cleartext_auth_disabled";
      add(one, "policy_denied");
      if (user % 4 == 3) add(one, "secret_exposed", 1s);
    }
    one.rule.clear();
    one.reason = "quit";
    add(one, "session", 2s);
  }

  void over_tls(Happening one, int user) {
    one.mech = "USER";
    const bool old = user % 25 == 3;
    one.tls = old ? (user % 2 == 1 ? "TLSv1" : "TLSv1.1") : below(4) == 0 ? "TLSv1.2" : "TLSv1.3";
    one.cipher = one.tls == "TLSv1.3" && below(3) == 0 ? "TLS_CHACHA20_POLY1305_SHA256" : "AES";
    if (below(20) == 0) {
      one.reason = "proxy_dest_auth_failed";
      add(one, "auth_failed");
    } else {
      one.login = Happening::Login::kDone;
      if (user % 40 == 1) add(one, "exposed_credential_in_use");
    }
    one.reason = "quit";
    add(one, "session", seconds(below(30)));
  }

  void scan(int day) {
    Happening one = begin(day);
    place(one, static_cast<int>(kOddNames.size()) + 1);
    one.user.clear();
    one.reason = "tls_handshake_failed";
    one.message = below(2) == 0 ? "unsupported protocol" : "http request instead of TLS";
    add(one, "tls_failed");
    add(one, "session");
    if (below(4) == 0) {
      one.reason = "connection_limit";
      add(one, "limit", 3s);
    }
  }

  std::minstd_rand random_{20261116};
  int sessions_ = 0;
  std::vector<Happening> week_;
};

std::string line_of(const Happening& one, conf::LogFormat format) {
  const auto level = one.event == "session" ? conf::LogLevel::kInfo : conf::LogLevel::kWarn;
  admin::LogEntry line(format, policy::exact_text(one.when), level, one.event);
  line.add("sid", one.sid).add("rip", one.ip).add("rport", std::uint64_t{40'000});
  line.add("listener", one.tls == "-" ? "pop3" : "pop3s").add("tls", one.tls);
  line.add("cipher", one.cipher).add_flag("stls", false);
  line.add("user", one.user).add("mech", one.mech).add("rule", one.rule);
  if (one.event == "secret_exposed") line.add("decision", "deny");
  line.add("reason", one.reason);
  if (one.event == "session") line.add_seconds("dur", 1234);
  if (one.event == "session" && one.login == Happening::Login::kDone) {
    line.add_seconds("login_dur", 56);
  }
  return line.finish(one.message);
}

}  // namespace

std::vector<Happening> happenings() { return Author().write(); }

std::vector<std::string> lines_of(const std::vector<Happening>& week) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < week.size(); ++i) {
    const auto format = i % 3 == 0 ? conf::LogFormat::kJson : conf::LogFormat::kLogfmt;
    lines.push_back(line_of(week[i], format));
    if (i % kForeignEvery == 0) lines.push_back("-- Boot " + std::to_string(i) + " --");
  }
  return lines;
}

std::uint64_t foreign_among(std::size_t happenings) {
  return (happenings + kForeignEvery - 1) / kForeignEvery;
}

}  // namespace postern::report
