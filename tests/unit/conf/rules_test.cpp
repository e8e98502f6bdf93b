// SPDX-License-Identifier: Apache-2.0
#include "conf/listener_rules.hpp"

#include <catch2/catch.hpp>

#include "conf/dates.hpp"
#include "conf/reader.hpp"

namespace postern::conf {
namespace {

using policy::Decision;
using policy::Enforcement;
using policy::Level;
using policy::Link;

constexpr policy::Moment kNow{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)};

Document read(std::string_view policy) {
  const std::string text = std::string(policy) + R"(
[[listener]]
name = "pop3s"
address = ["127.0.0.1:995"]
tls = "implicit"
min_version = "1.3"

[[listener]]
name = "pop3"
address = ["127.0.0.1:110"]
tls = "stls"
login = "plaintext-allowed"

[[tls.certificate]]
cert_file = "c"
key_file = "k"

[[backend]]
name = "mail"
address = ["10.0.0.12:110"]
)";
  auto document = read_text(text, "f");
  REQUIRE(document.has_value());
  return *std::move(document);
}

struct Answer {
  Decision decision;
  std::string rule;
  std::string mode_rule;

  bool allowed() const { return decision != Decision::kDeny; }
};

Answer ask(const Document& document, std::size_t listener, Link link) {
  policy::Facts facts;
  facts.link = link;
  facts.peer = policy::IpAddress::parse("10.0.0.1").value();
  facts.now = kNow;
  const policy::Rules rules = rules_of(document.settings.live, listener);
  const policy::Verdict verdict = rules.evaluate(facts);
  return {verdict.decision, std::string(verdict.rule), std::string(verdict.mode_rule)};
}

std::vector<std::string> warnings(std::string_view policy) {
  std::vector<std::string> texts;
  for (const Diagnostic& one : about_dates(read(policy), kNow)) {
    texts.push_back(std::to_string(one.mark.line) + ": " + one.text);
  }
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a listener's own level and floor come before the policy's") {
  const Document document = read("");
  CHECK(ask(document, 0, Link::kPlaintext).rule == "policy.login");
  CHECK_FALSE(ask(document, 0, Link::kPlaintext).allowed());
  CHECK(ask(document, 0, Link::kTls12).rule == "listener.min_version");
  CHECK(ask(document, 1, Link::kPlaintext).allowed());
  CHECK(ask(document, 1, Link::kPlaintext).rule == "listener.login");
  CHECK(ask(document, 1, Link::kTls11).rule == "tls.min_version");
}

// No version is agreed that a profile has no ciphers for, and then it is the profile that decides.
TEST_CASE("a profile without ciphers for a version is what forbids it") {
  const Document document = read("[tls]\nprofile = \"modern\"\n");
  CHECK(ask(document, 0, Link::kTls12).rule == "listener.min_version");
  CHECK(ask(document, 1, Link::kTls12).rule == "tls.profile");
  CHECK_FALSE(ask(document, 1, Link::kTls12).allowed());
  const policy::Rules rules = rules_of(document.settings.live, 1);
  CHECK(rules.base_floor() == Link::kTls13);
}

TEST_CASE("an exception keeps its number when others are for other listeners") {
  const Document document = read(R"(
[[policy.exception]]
listeners = ["pop3"]
login = "tls-required"
[[policy.exception]]
networks = ["10.0.0.0/8"]
login = "plaintext-allowed"
expires = 2026-11-24
)");
  CHECK(ask(document, 0, Link::kPlaintext).rule == "policy.exception[1].login");
  CHECK(ask(document, 0, Link::kPlaintext).allowed());
  CHECK(ask(document, 1, Link::kPlaintext).rule == "policy.exception[0].login");
  CHECK_FALSE(ask(document, 1, Link::kPlaintext).allowed());
  CHECK(mark_of(document, "policy.exception[1].login").line == 7);
}

TEST_CASE("each way to write a roll-out comes down to one moment") {
  const Enforcement otherwise = Enforcement::from(kNow);
  CHECK(enforcement_of({}, otherwise) == otherwise);
  CHECK(enforcement_of({.mode = policy::Mode::kEnforce}, otherwise) == Enforcement::always());
  CHECK(enforcement_of({.mode = policy::Mode::kReportOnly}, otherwise) == Enforcement::never());
  Rollout until;
  until.report_only_until = kNow;
  CHECK(enforcement_of(until, Enforcement::always()) == Enforcement::from(kNow));
  Rollout from;
  from.enforce_from = kNow;
  CHECK(enforcement_of(from, Enforcement::always()) == Enforcement::from(kNow));
}

TEST_CASE("report-only is for the whole policy, or for an exception") {
  CHECK(ask(read("[policy]\nmode = \"report-only\""), 0, Link::kPlaintext).decision ==
        Decision::kWouldDeny);
  CHECK(ask(read("[policy]\nenforce_from = 2026-11-23"), 0, Link::kPlaintext).decision ==
        Decision::kDeny);
  CHECK(ask(read("[policy]\nenforce_from = 2026-11-24"), 0, Link::kPlaintext).decision ==
        Decision::kWouldDeny);
  const Document exception = read("[[policy.exception]]\nmode = \"report-only\"\n");
  CHECK(ask(exception, 0, Link::kPlaintext).decision == Decision::kWouldDeny);
}

TEST_CASE("the key is told that says whether a denial is enforced") {
  const auto mode_rule = [](std::string_view policy) {
    return ask(read(policy), 0, Link::kPlaintext).mode_rule;
  };
  CHECK(mode_rule("") == "policy.mode");
  CHECK(mode_rule("[policy]\nlogin = \"plaintext-allowed\"").empty());
  CHECK(mode_rule("[policy]\nmode = \"report-only\"") == "policy.mode");
  CHECK(mode_rule("[policy]\nenforce_from = 2026-11-24") == "policy.enforce_from");
  CHECK(mode_rule("[policy]\nmode = \"report-only\"\nreport_only_until = 2026-11-24") ==
        "policy.report_only_until");
  CHECK(mode_rule("[[policy.exception]]\nmode = \"report-only\"") == "policy.exception[0].mode");
  CHECK(mode_rule("[[policy.exception]]\nnetworks = [\"9.9.9.9\"]\n[[policy.exception]]\n"
                  "enforce_from = 2026-11-24") == "policy.exception[1].enforce_from");
}

TEST_CASE("what is not enforced now is said, with its date") {
  CHECK(warnings("").empty());
  CHECK(warnings("[policy]\nreport_only_until = 2026-11-23").empty());
  CHECK(warnings("[policy]\nmode = \"report-only\"") ==
        Texts{"2: the policy is not enforced but only reported: passwords may pass in clear until "
              "somebody changes it"});
  CHECK(warnings("[policy]\nmode = \"report-only\"\nreport_only_until = 2026-12-31") ==
        Texts{"3: the policy is not enforced but only reported: passwords may pass in clear until "
              "2026-12-31"});
  CHECK(warnings("[limits.auth_failures]\nmode = \"report-only\"") ==
        Texts{"2: guessing passwords is not hindered but only reported"});
  CHECK(warnings("[[policy.exception]]\nmode = \"report-only\"\nexpires = 2026-11-23") ==
        Texts{"3: this exception expired on 2026-11-23 and is ignored"});
  CHECK(warnings("[[policy.exception]]\nenforce_from = 2026-11-24T01:00:00Z") ==
        Texts{"2: this exception is not enforced but only reported: passwords may pass in clear "
              "until 2026-11-24T01:00:00Z"});
}

TEST_CASE("a brownout is of a policy that is only reported, and else has no effect") {
  constexpr std::string_view kBrownout = "enforce_percent = 10\nenforce_hours = \"09:00-10:00\"\n";
  const auto with = [&](std::string_view mode) {
    return warnings("[policy]\n" + std::string(mode) + std::string(kBrownout));
  };
  const Texts idle = {
      "3: `policy.enforce_percent` has no effect: the policy is enforced, and it is for the time "
      "of `mode` = \"report-only\"",
      "4: `policy.enforce_hours` has no effect: the policy is enforced, and it is for the time of "
      "`mode` = \"report-only\""};
  CHECK(with("mode = \"enforce\"\n") == idle);
  CHECK(with("enforce_from = 2020-01-01\n") == idle);
  CHECK(with("mode = \"report-only\"\n").size() == 1);  // that it is
  CHECK(with("enforce_from = 2099-01-01\n").size() == 1);
  const Document document = read("[policy]\nmode = \"report-only\"\n" + std::string(kBrownout));
  const policy::Brownout brownout = rules_of(document.settings.live, 0).brownout();
  CHECK(brownout == policy::Brownout{.percent = 10, .hours = policy::Hours::parse("09:00-10:00")});
}

}  // namespace postern::conf
