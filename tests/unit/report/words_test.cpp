// SPDX-License-Identifier: Apache-2.0
// The report reads what the log wrote: what it looks for in words is what is written.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <set>
#include <span>

#include "proxy/report/log_report.hpp"
#include "proxy/session/hint.hpp"
#include "proxy/session/login_words.hpp"
#include "tls/alert.hpp"

namespace postern::report {

TEST_CASE("an alert about the certificate is known by its words") {
  // RFC 8446 section 6: bad_certificate to unknown_ca, and those about where it comes from, whose
  // name it has and its stapled answer.
  const std::set<int> about_certificates = {42, 43, 44, 45, 46, 48, 111, 112, 113};
  for (int number = 0; number < 256; ++number) {
    const auto words = tls::meaning_of_alert(static_cast<std::uint8_t>(number));
    CAPTURE(number, words);
    CHECK(is_distrust(words) == about_certificates.contains(number));
  }
  CHECK_FALSE(is_distrust(""));
}

TEST_CASE("whoever leaves when it has seen the certificate is known by the words of its line") {
  constexpr Topic kTopic = Topic::kTrust;
  LogReport report(std::span(&kTopic, 1));
  report.read(fmt::format("ts=2026-11-23T10:00:00Z event=tls_failed sid=A rip=192.0.2.1 msg=\"{}\"",
                          session::kLeftBehindCertificate));
  CHECK(report.tables().front().rows.size() == 1);
}

TEST_CASE("a password that is old or was wrong before is known by the words of its line") {
  const pop3::LoginJudged wrong{.judgement = pop3::Judgement::kWrong, .code = {}};
  const pop3::LoginJudged refused{.judgement = pop3::Judgement::kRefused, .code = {}};
  const auto rows_of = [](const session::LoginWords& words) {
    constexpr Topic kTopic = Topic::kStale;
    LogReport report(std::span(&kTopic, 1));
    report.read(
        fmt::format("ts=2026-11-23T10:00:00Z event={} rip=192.0.2.1 user=al reason={} "
                    "msg=\"{}\"",
                    words.event, words.reason, words.message));
    CHECK(report.lines() == 1);
    return report.tables().front().rows.size();
  };
  CHECK(rows_of(session::words_for(wrong, policy::Guess::kFormer)) == 1);
  CHECK(rows_of(session::words_for(wrong, policy::Guess::kRepeated)) == 1);
  CHECK(rows_of(session::kRememberedWords) == 1);
  CHECK(rows_of(session::words_for(wrong, policy::Guess::kNew)) == 0);
  CHECK(rows_of(session::words_for(refused, policy::Guess::kFormer)) == 0);
}

}  // namespace postern::report
