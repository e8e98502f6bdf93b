// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>

#include "tests/unit/report/report_on.hpp"

namespace postern::report {

TEST_CASE("plaintext: a session counts once, with all that happened in it") {
  const ordered_json rows = report_on(
      Topic::kPlaintext,
      {"10:00:00Z event=policy_denied sid=A rip=203.0.113.9 listener=pop3 tls=- user=al mech=USER",
       "10:00:01Z event=secret_exposed sid=A rip=203.0.113.9 listener=pop3 tls=- user=al "
       "mech=PLAIN",
       "10:00:02Z event=session sid=A rip=203.0.113.9 listener=pop3 tls=- user=al mech=PLAIN",
       "11:00:00Z event=policy_would_deny sid=B rip=203.0.113.9 listener=pop3 tls=- user=al",
       "11:00:02Z event=session sid=B rip=203.0.113.9 tls=- user=al login_dur=0.1",
       "11:00:03Z event=session sid=C rip=2001:db8::1 tls=TLSv1.3 user=al login_dur=0.1"})
      ["plaintext"];
  REQUIRE(rows.size() == 1);
  CHECK(rows[0]["user"] == "al");
  CHECK(rows[0]["address"] == "203.0.113.9");
  CHECK(rows[0]["count"] == 2);
  CHECK(rows[0]["first"] == "2026-11-23T10:00:00.000Z");
  CHECK(rows[0]["last"] == "2026-11-23T11:00:02.000Z");
  CHECK(rows[0]["outcome"] ==
        ordered_json({"logged in", "password exposed", "refused", "would be refused"}));
  CHECK(rows[0]["mech"] == ordered_json({"PLAIN", "USER"}));
  CHECK(rows[0]["also_with_tls"] == ordered_json({"TLSv1.3"}));
}

TEST_CASE("a login has a line of its own, and its session's alone counts") {
  constexpr std::string_view kLogin =
      "10:00:00Z event=login sid=A rip=192.0.2.1 listener=l tls=TLSv1.1 cipher=X user=al mech=USER "
      "login_dur=0.1";
  constexpr std::string_view kClear =
      "10:00:00Z event=login sid=B rip=192.0.2.1 listener=l tls=- user=al mech=USER login_dur=0.1";
  for (const Topic topic :
       {Topic::kPlaintext, Topic::kTls, Topic::kExposed, Topic::kDenied, Topic::kClients,
        Topic::kStls, Topic::kTrust, Topic::kStale, Topic::kSilent}) {
    const ordered_json tables = report_on(topic, {kLogin, kClear});
    for (const auto& [name, rows] : tables.items()) {
      INFO(name);
      CHECK(rows.empty());
    }
  }
}

TEST_CASE("plaintext: what is protected, or has no user, does not count") {
  CHECK(report_on(Topic::kPlaintext,
                  {"10:00:00Z event=session sid=A tls=TLSv1 user=al login_dur=0.1",
                   "10:00:00Z event=policy_denied sid=B tls=TLSv1 user=al",
                   "10:00:00Z event=session sid=C tls=- reason=no_auth_attempts",
                   "10:00:00Z event=auth_failed sid=D tls=- user=al",
                   "10:00:00Z event=tls_failed sid=E tls=-", "10:00:00Z event=start"})["plaintext"]
            .empty());
}

TEST_CASE("tls: sessions by version and cipher, and who is below") {
  const ordered_json tables = report_on(
      Topic::kTls,
      {"10:00:00Z event=session sid=A rip=192.0.2.1 tls=TLSv1.3 cipher=X sni=a listener=l user=al",
       "10:00:01Z event=session sid=B rip=192.0.2.1 tls=TLSv1.3 cipher=X sni=b user=al",
       "10:00:02Z event=session sid=C rip=192.0.2.1 tls=TLSv1 cipher=Y user=bo login_dur=0.1",
       "10:00:03Z event=session sid=D rip=192.0.2.1 tls=TLSv1.1 cipher=Y user=bo",
       "10:00:04Z event=policy_would_deny sid=E tls=TLSv1.2 cipher=Z user=ca",
       "10:00:05Z event=session sid=E tls=TLSv1.2 cipher=Z user=ca login_dur=0.1",
       "10:00:06Z event=tls_failed sid=F rip=192.0.2.1 tls=- msg=\"unsupported protocol\"",
       "10:00:07Z event=tls_failed sid=G rip=192.0.2.1 tls=- msg=\"http request instead of TLS\"",
       "10:00:08Z event=session sid=H tls=- user=al"});
  const ordered_json& all = tables["tls"];
  REQUIRE(all.size() == 4);
  CHECK(all[0]["version"] == "TLSv1.3");
  CHECK(all[0]["count"] == 2);
  CHECK(all[0]["sni"] == ordered_json({"a", "b"}));
  const ordered_json& below = tables["tls_below"];
  REQUIRE(below.size() == 4);  // the latest first
  CHECK(below[0]["outcome"] == ordered_json({"no handshake"}));
  CHECK(below[0]["version"] == "");
  CHECK(below[1]["user"] == "ca");
  CHECK(below[1]["count"] == 1);
  CHECK(below[1]["outcome"] == ordered_json({"would be refused"}));
  CHECK(below[2]["version"] == "TLSv1.1");
  CHECK(below[3]["version"] == "TLSv1");
  CHECK(below[3]["outcome"] == ordered_json({"logged in"}));
}

TEST_CASE("tls: who would break if a listener gave up a version") {
  const ordered_json tables = report_on(
      Topic::kTls,
      {"10:00:00Z event=session rip=192.0.2.1 listener=old tls=TLSv1 cipher=X user=al "
       "login_dur=0.1",
       "11:00:00Z event=session rip=198.51.100.1 listener=old tls=TLSv1 user=al login_dur=0.1",
       "12:00:00Z event=session rip=192.0.2.1 listener=old tls=TLSv1 user=bo login_dur=0.1",
       "13:00:00Z event=session rip=192.0.2.1 listener=old tls=TLSv1.3 user=bo login_dur=0.1",
       "14:00:00Z event=session rip=192.0.2.1 listener=pop3s tls=TLSv1.3 user=al login_dur=0.1",
       "15:00:00Z event=session rip=192.0.2.1 listener=old tls=TLSv1 reason=no_auth_attempts",
       "16:00:00Z event=session rip=192.0.2.1 listener=old tls=- user=di login_dur=0.1"});
  const ordered_json& lanes = tables["tls_lanes"];
  REQUIRE(lanes.size() == 3);  // the largest first, then the latest
  CHECK(lanes[0]["listener"] == "old");
  CHECK(lanes[0]["version"] == "TLSv1");
  CHECK(lanes[0]["count"] == 3);
  CHECK(lanes[0]["users"] == 2);
  CHECK(lanes[0]["who"] == ordered_json({"al", "bo"}));
  CHECK(lanes[0]["address"] == ordered_json({"192.0.2.1", "198.51.100.1"}));
  CHECK(lanes[1]["listener"] == "pop3s");
  CHECK(lanes[1]["users"] == 1);
  CHECK(lanes[2]["version"] == "TLSv1.3");
  const ordered_json& users = tables["tls_users"];
  REQUIRE(users.size() == 5);
  CHECK(users[0]["user"] == "al");
  CHECK(users[0]["listener"] == "pop3s");
  CHECK(users[4]["address"] == "192.0.2.1");
  CHECK(users[4]["cipher"] == ordered_json({"X"}));
}

TEST_CASE("exposed: when, and whether the password is still used") {
  const ordered_json rows = report_on(
      Topic::kExposed,
      {"10:00:00Z event=secret_exposed sid=A rip=203.0.113.9 tls=- user=al mech=USER listener=pop3",
       "10:00:01Z event=secret_exposed sid=A rip=203.0.113.9 tls=- user=al mech=PLAIN",
       "10:00:02Z event=session sid=A rip=203.0.113.9 tls=- user=al",
       "11:00:00Z event=exposed_credential_in_use sid=B tls=TLSv1.3 user=al",
       "11:00:09Z event=session sid=B tls=TLSv1.3 user=al login_dur=0.1",
       "12:00:00Z event=secret_exposed sid=C rip=2001:db8::1 tls=- user=bo",
       "12:00:00Z event=exposed_credential_in_use sid=D tls=TLSv1.3 user=ca",
       "12:00:00Z event=session sid=E tls=TLSv1.3 user=di login_dur=0.1"})["exposed"];
  REQUIRE(rows.size() == 3);
  CHECK(rows[0]["user"] == "al");
  CHECK(rows[0]["count"] == 2);
  CHECK(rows[0]["last"] == "2026-11-23T10:00:01.000Z");
  CHECK(rows[0]["still_used"] == "yes");
  CHECK(rows[0]["last_used"] == "2026-11-23T11:00:00.000Z");
  CHECK(rows[0]["last_login"] == "2026-11-23T11:00:09.000Z");
  CHECK(rows[1]["user"] == "bo");
  CHECK(rows[1]["address"] == ordered_json({"2001:db8::1"}));
  CHECK(rows[1]["still_used"] == "not seen");
  CHECK(rows[1]["last_used"] == nullptr);
  CHECK(rows[1]["last_login"] == nullptr);
  CHECK(rows[2]["user"] == "ca");  // exposed before the log begins
  CHECK(rows[2]["count"] == 0);
  CHECK(rows[2]["trend"] == nullptr);
  CHECK(rows[2]["still_used"] == "yes");
}

TEST_CASE("exposed: what was let through in clear is in use if it logged in") {
  const ordered_json rows = report_on(
      Topic::kExposed,
      {"10:00:00Z event=secret_exposed sid=A tls=- user=al mech=USER decision=allowed",
       "10:00:02Z event=session sid=A tls=- user=al secret_sent=yes login_dur=0.1",
       "10:00:03Z event=secret_exposed sid=B tls=- user=bo mech=USER decision=allowed",
       "10:00:04Z event=session sid=B tls=- user=bo secret_sent=yes",
       "10:00:05Z event=secret_exposed sid=C tls=- user=ca mech=USER decision=deny",
       "10:00:06Z event=session sid=D tls=- user=ca secret_sent=no login_dur=0.1"})["exposed"];
  REQUIRE(rows.size() == 3);
  std::map<std::string, std::string> used;
  std::map<std::string, std::string> outcome;
  for (const auto& row : rows) {
    used[row["user"]] = row["still_used"];
    outcome[row["user"]] = row["outcome"];
  }
  CHECK(outcome["al"] == "let through in report-only");
  CHECK(outcome["bo"] == "let through in report-only");
  CHECK(outcome["ca"] == "refused");
  CHECK(used["al"] == "yes");
  CHECK(used["bo"] == "not seen");
  CHECK(used["ca"] == "not seen");
}

TEST_CASE("denied: by event, rule and reason") {
  const ordered_json rows = report_on(
      Topic::kDenied,
      {"10:00:00Z event=policy_denied rip=192.0.2.1 tls=- user=al rule=policy.login reason=r",
       "10:00:01Z event=policy_denied rip=192.0.2.1 tls=- user=al rule=policy.login reason=r",
       "10:00:02Z event=secret_exposed rip=192.0.2.1 user=al rule=policy.login decision=deny",
       "10:00:03Z event=auth_failed rip=192.0.2.1 tls=TLSv1.3 user=bo "
       "reason=proxy_dest_auth_failed",
       "10:00:04Z event=ban rip=192.0.2.1 reason=auth_failures",
       "10:00:05Z event=limit rip=192.0.2.1 reason=connection_limit",
       "10:00:06Z event=policy_would_deny rip=192.0.2.1 user=al rule=policy.login",
       "10:00:07Z event=secret_exposed rip=192.0.2.1 user=al decision=allow",
       "10:00:08Z event=ban rip=192.0.2.1 mode=report-only",
       "09:00:00Z event=exposed_credential_in_use rip=192.0.2.1 user=ca rule=policy.exposed "
       "decision=deny",
       "09:00:01Z event=exposed_credential_in_use rip=192.0.2.1 user=di rule=policy.exposed "
       "decision=allow",
       "10:00:09Z event=session tls=- user=al",
       "10:00:10Z event=login_refused rip=192.0.2.1 user=bo reason=locked"})["denied"];
  REQUIRE(rows.size() == 7);
  CHECK(rows[6]["rule"] == "policy.exposed");
  CHECK(rows[6]["user"] == "ca");
  CHECK(rows[0]["event"] == "policy_denied");
  CHECK(rows[0]["rule"] == "policy.login");
  CHECK(rows[0]["reason"] == "r");
  CHECK(rows[0]["count"] == 2);
  CHECK(rows[1]["event"] == "login_refused");
  CHECK(rows[2]["event"] == "limit");
  CHECK(rows[3]["event"] == "ban");
  CHECK(rows[4]["event"] == "auth_failed");
  CHECK(rows[4]["user"] == "bo");
  CHECK(rows[5]["event"] == "secret_exposed");
}

TEST_CASE("exposed: what was refused and what was let through are two rows") {
  const ordered_json rows = report_on(
      Topic::kExposed,
      {"10:00:00Z event=secret_exposed sid=A rip=192.0.2.1 user=al decision=allowed "
       "mode=report-only",
       "10:00:02Z event=session sid=A tls=- user=al secret_sent=yes login_dur=0.1",
       "11:00:00Z event=secret_exposed sid=B rip=192.0.2.1 user=al decision=deny"})["exposed"];
  REQUIRE(rows.size() == 2);
  CHECK(rows[0]["outcome"] == "refused");
  CHECK(rows[1]["outcome"] == "let through in report-only");
  for (const auto& row : rows) {
    CHECK(row["count"] == 1);
    CHECK(row["still_used"] == "yes");
  }
}

TEST_CASE("a brownout is told from what is enforced for everybody") {
  const std::initializer_list<std::string_view> lines = {
      "10:00:00Z event=policy_denied sid=A rip=192.0.2.1 tls=- user=al rule=policy.login reason=r "
      "mode=brownout",
      "10:00:01Z event=policy_denied sid=B rip=192.0.2.1 tls=- user=bo rule=policy.login "
      "reason=r"};
  const ordered_json denied = report_on(Topic::kDenied, lines)["denied"];
  REQUIRE(denied.size() == 2);
  std::map<std::string, ordered_json> modes;
  for (const auto& row : denied) modes[row["user"]] = row["mode"];
  CHECK(modes["al"] == ordered_json({"brownout"}));
  CHECK(modes["bo"] == ordered_json::array());
  const ordered_json plain = report_on(Topic::kPlaintext, lines)["plaintext"];
  std::map<std::string, ordered_json> outcomes;
  for (const auto& row : plain) outcomes[row["user"]] = row["outcome"];
  CHECK(outcomes["al"] == ordered_json({"refused in a brownout"}));
  CHECK(outcomes["bo"] == ordered_json({"refused"}));
}

TEST_CASE("too many users share a row") {
  const ordered_json rows =
      report_on(Topic::kExposed,
                {"10:00:00Z event=secret_exposed user=a", "10:00:01Z event=secret_exposed user=b",
                 "10:00:02Z event=secret_exposed user=c", "10:00:03Z event=secret_exposed user=d"},
                2)["exposed"];
  REQUIRE(rows.size() == 3);
  CHECK(rows[2]["user"] == "(other)");
  CHECK(rows[2]["count"] == 2);
  CHECK(rows[2]["still_used"] == nullptr);
}

TEST_CASE("a line that sums up counts as what it stands for") {
  const std::initializer_list<std::string_view> lines = {
      "10:00:00Z event=policy_denied sid=A rip=203.0.113.9 tls=- user=al "
      "reason=cleartext_auth_disabled",
      "10:01:00Z event=policy_denied rip=203.0.113.9 user=al reason=cleartext_auth_disabled "
      "suppressed=41",
      "10:01:00Z event=session rip=203.0.113.9 user=al reason=auth_failed suppressed=7",
      "10:01:00Z event=limit rip=203.0.113.9 reason=banned suppressed=99999999999999999999999"};
  const ordered_json denied = report_on(Topic::kDenied, lines)["denied"];
  REQUIRE(denied.size() == 2);
  CHECK(denied[0]["event"] == "policy_denied");
  CHECK(denied[0]["count"] == 42);
  CHECK(denied[1]["count"] == 1);  // no number of lines
  const ordered_json plaintext = report_on(Topic::kPlaintext, lines)["plaintext"];
  REQUIRE(plaintext.size() == 1);
  CHECK(plaintext[0]["count"] == 42);
  CHECK(report_on(Topic::kTls, lines)["tls"].empty());
}

}  // namespace postern::report
