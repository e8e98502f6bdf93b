// SPDX-License-Identifier: Apache-2.0
// Who does not come to a login, and why.
#include <map>
#include <string>

#include "tests/unit/report/report_on.hpp"

namespace postern::report {

TEST_CASE("strict: who speaks TLS or POP3 otherwise, by address and why") {
  const ordered_json rows = report_on(
      Topic::kDenied,
      {"10:00:00Z event=tls_failed sid=A rip=192.0.2.1 listener=pop3s tls=- "
       "reason=tls_handshake_failed msg=\"unsupported protocol\"",
       "10:00:00Z event=session sid=A rip=192.0.2.1 listener=pop3s tls=- auth_attempts=0 "
       "reason=tls_handshake_failed",
       "10:00:01Z event=tls_failed sid=B rip=192.0.2.2 tls=- reason=tls_handshake_failed "
       "alert=\"no common version\" msg=\"peer sent alert: protocol version\"",
       "10:00:02Z event=tls_failed sid=C rip=192.0.2.3 tls=- reason=tls_handshake_failed "
       "alert=\"does not trust the chain\"",
       "10:00:03Z event=protocol_violation sid=D rip=192.0.2.4 user=al "
       "reason=too_many_bad_commands msg=\"the client did not keep to POP3\"",
       "10:00:04Z event=session sid=D rip=192.0.2.4 user=al reason=too_many_bad_commands "
       "bad_commands=5 retr=0 login_dur=0.1",
       "10:00:05Z event=protocol_violation sid=E rip=192.0.2.5 "
       "reason=proxy_dest_protocol_failure msg=\"the backend did not keep to POP3\"",
       "10:00:06Z event=stls_injection sid=F rip=192.0.2.6 reason=plaintext_after_stls msg=bytes",
       "10:00:07Z event=proxy_mismatch sid=G rip=192.0.2.7 reason=introduction_refused msg=x",
       "10:00:08Z event=proxy_mismatch rip=192.0.2.8 reason=no_header msg=x",
       "10:00:09Z event=tls_failed sid=I rip=192.0.2.9 reason=tls_handshake_not_finished "
       "msg=\"the client left when it had seen the certificate, without an alert\""})["strict"];
  REQUIRE(rows.size() == 4);
  CHECK(rows[0]["event"] == "stls_injection");
  CHECK(rows[1]["event"] == "protocol_violation");
  CHECK(rows[1]["user"] == "al");
  CHECK(rows[1]["address"] == "192.0.2.4");
  CHECK(rows[2]["why"] == "no common version");
  CHECK(rows[3]["why"] == "unsupported protocol");
  CHECK(rows[3]["address"] == "192.0.2.1");
  CHECK(rows[3]["count"] == 1);
  CHECK(rows[3]["listener"] == ordered_json({"pop3s"}));
}

TEST_CASE("strict: bad commands count against whom they cost the mail") {
  const ordered_json rows = report_on(
      Topic::kDenied,
      {"10:00:00Z event=session sid=A rip=192.0.2.1 user=al bad_commands=1 retr=0 reason=quit "
       "login_dur=0.1",
       "11:00:00Z event=session sid=B rip=192.0.2.1 user=bo bad_commands=1 retr=0 reason=quit "
       "login_dur=0.1",
       "12:00:00Z event=session sid=C rip=192.0.2.1 user=bo bad_commands=1 retr=3 reason=quit "
       "login_dur=0.1",
       "13:00:00Z event=session sid=D rip=192.0.2.1 user=ca retr=0 reason=quit login_dur=0.1"})
      ["strict"];
  REQUIRE(rows.size() == 1);
  CHECK(rows[0]["user"] == "al");
  CHECK(rows[0]["why"] == "commands that are not understood or not allowed");
}

TEST_CASE("trust: for certain by an alert, likely by leaving right behind the handshake") {
  const ordered_json rows = report_on(
      Topic::kTrust,
      {"10:00:00Z event=tls_failed sid=A rip=192.0.2.1 listener=pop3s tls=- "
       "alert=\"does not trust the chain\"",
       "10:00:00Z event=session sid=A rip=192.0.2.1 listener=pop3s tls=- "
       "alert=\"does not trust the chain\" auth_attempts=0 ended_by=client",
       "10:00:01Z event=session sid=B rip=192.0.2.1 listener=pop3s tls=- "
       "alert=\"does not trust the chain\" auth_attempts=0 ended_by=client",
       "10:00:02Z event=session sid=C rip=192.0.2.2 listener=pop3s tls=TLSv1.3 auth_attempts=0 "
       "reason=no_auth_attempts ended_by=client",
       "10:00:03Z event=session sid=D rip=192.0.2.3 listener=pop3 stls=yes tls=TLSv1.3 "
       "auth_attempts=0 reason=no_auth_attempts last=STLS ended_by=client sni=pop.example.com",
       "10:00:04Z event=session sid=E rip=192.0.2.2 tls=TLSv1.3 user=al login_dur=0.1",
       // None of these is about the certificate:
       "10:00:05Z event=tls_failed sid=F rip=192.0.2.4 tls=- alert=\"no common version\"",
       "10:00:06Z event=session sid=G rip=192.0.2.4 tls=TLSv1.3 auth_attempts=0 last=QUIT "
       "ended_by=client",
       "10:00:07Z event=session sid=H rip=192.0.2.4 tls=- auth_attempts=0 ended_by=client",
       "10:00:08Z event=session sid=I rip=192.0.2.4 tls=TLSv1.3 auth_attempts=0 ended_by=gateway "
       "reason=login_timeout",
       "10:00:09Z event=session sid=J rip=192.0.2.4 tls=TLSv1.3 auth_attempts=1 ended_by=client",
       "10:00:10Z event=session rip=192.0.2.4 suppressed=9 reason=no_auth_attempts",
       "10:00:11Z event=tls_failed sid=K rip=192.0.2.4 tls=- msg=\"the client left in the middle "
       "of "
       "the handshake\"",
       // But this is:
       "09:00:00Z event=tls_failed sid=L rip=192.0.2.5 tls=- msg=\"the client left when it had "
       "seen "
       "the certificate, without an alert\""})["trust"];
  REQUIRE(rows.size() == 4);
  CHECK(rows[3]["alert"] == "none: it left when it had seen the certificate");
  CHECK(rows[3]["certainty"] == "likely");
  CHECK(rows[0]["address"] == "192.0.2.1");
  CHECK(rows[0]["listener"] == "pop3s");
  CHECK(rows[0]["alert"] == "does not trust the chain");
  CHECK(rows[0]["certainty"] == "sure");
  CHECK(rows[0]["count"] == 2);
  CHECK(rows[0]["last_login_from_there"] == nullptr);
  CHECK(rows[1]["address"] == "192.0.2.3");
  CHECK(rows[1]["certainty"] == "likely");
  CHECK(rows[1]["sni"] == ordered_json({"pop.example.com"}));
  CHECK(rows[2]["address"] == "192.0.2.2");
  CHECK(rows[2]["last_login_from_there"] == "2026-11-23T10:00:04.000Z");
}

TEST_CASE("stls: how far those come who ask for it") {
  const ordered_json rows = report_on(
      Topic::kStls,
      {"10:00:00Z event=tls_failed sid=A rip=192.0.2.1 listener=pop3 tls=- stls=yes "
       "msg=\"unsupported protocol\"",
       "10:00:00Z event=session sid=A rip=192.0.2.1 listener=pop3 tls=- stls=yes auth_attempts=0 "
       "last=STLS",
       "10:00:01Z event=session sid=B rip=192.0.2.2 listener=pop3 tls=TLSv1.3 stls=yes "
       "auth_attempts=0 last=STLS ended_by=client",
       "10:00:02Z event=session sid=C rip=192.0.2.3 listener=pop3 tls=TLSv1.3 stls=yes "
       "auth_attempts=0 last=CAPA ended_by=client",
       "10:00:03Z event=session sid=D rip=192.0.2.3 tls=TLSv1.3 stls=yes user=al login_dur=0.1",
       // A wrong password, no STLS, and no login without it:
       "10:00:04Z event=session sid=E rip=192.0.2.4 tls=TLSv1.3 stls=yes auth_attempts=1 "
       "reason=auth_failed",
       "10:00:05Z event=tls_failed sid=F rip=192.0.2.4 tls=- stls=no msg=x",
       "10:00:06Z event=session sid=G rip=192.0.2.4 tls=- stls=no auth_attempts=0 last=CAPA"})
      ["stls"];
  REQUIRE(rows.size() == 3);  // the latest first
  CHECK(rows[0]["address"] == "192.0.2.3");
  CHECK(rows[0]["failure"] == "no login behind the handshake");
  CHECK(rows[0]["last_command"] == ordered_json({"CAPA"}));
  CHECK(rows[0]["last_login_behind_stls"] == "2026-11-23T10:00:03.000Z");
  CHECK(rows[1]["failure"] == "left right behind the handshake");
  CHECK(rows[2]["failure"] == "the handshake failed");
  CHECK(rows[2]["why"] == ordered_json({"unsupported protocol"}));
  CHECK(rows[2]["count"] == 1);
}

TEST_CASE("silent: after which command, from where") {
  const ordered_json rows = report_on(
      Topic::kSilent,
      {"10:00:00Z event=session sid=A rip=10.2.40.7 listener=pop3 tls=- auth_attempts=0 last=CAPA "
       "reason=quit",
       "10:00:01Z event=session sid=B rip=10.2.40.7 listener=pop3 tls=- auth_attempts=0 last=CAPA "
       "reason=no_auth_attempts",
       "10:00:02Z event=session sid=C rip=10.2.40.8 listener=pop3 tls=- auth_attempts=0 "
       "phase=authorization reason=login_timeout",
       "10:00:03Z event=session sid=D rip=10.2.40.8 listener=pop3s tls=- auth_attempts=0 "
       "phase=handshake reason=no_auth_attempts",
       "10:00:04Z event=session sid=E rip=10.2.40.8 listener=pop3s tls=TLSv1.3 auth_attempts=0 "
       "phase=authorization reason=no_auth_attempts",
       "10:00:05Z event=session sid=F rip=10.2.40.9 listener=pop3s tls=TLSv1.3 auth_attempts=0 "
       "user=al last=USER reason=no_auth_attempts",
       "10:00:06Z event=session rip=10.2.40.10 reason=no_auth_attempts suppressed=41",
       // Told of by lines of their own, or no failure at all:
       "10:00:07Z event=session sid=G rip=10.2.40.1 tls=- auth_attempts=0 "
       "reason=tls_handshake_failed",
       "10:00:08Z event=session sid=H rip=10.2.40.1 tls=- auth_attempts=1 user=al last=USER "
       "reason=cleartext_auth_disabled",
       "10:00:09Z event=session sid=I rip=10.2.40.1 tls=TLSv1.3 auth_attempts=1 user=al "
       "login_dur=0.1",
       "10:00:10Z event=session rip=10.2.40.1 reason=auth_failed user=al suppressed=7",
       "10:00:11Z event=session sid=J rip=10.2.40.1 tls=- auth_attempts=0 "
       "reason=foreign_protocol",
       "10:00:12Z event=session sid=K rip=10.2.40.1 tls=TLSv1.3 auth_attempts=0 ended_by=client "
       "reason=no_auth_attempts"})["silent"];
  REQUIRE(rows.size() == 6);
  CHECK(rows[0]["gave_up_after"] == "(summed up)");
  CHECK(rows[0]["count"] == 41);
  CHECK(rows[1]["gave_up_after"] == "CAPA");
  CHECK(rows[1]["address"] == "10.2.40.7");
  CHECK(rows[1]["count"] == 2);
  CHECK(rows[1]["reason"] == ordered_json({"no_auth_attempts", "quit"}));
  CHECK(rows[2]["gave_up_after"] == "USER");
  CHECK(rows[2]["user"] == ordered_json({"al"}));
  CHECK(rows[3]["gave_up_after"] == "the handshake");
  CHECK(rows[4]["gave_up_after"] == "the connection");
  CHECK(rows[5]["gave_up_after"] == "the greeting");
}

TEST_CASE("addresses that find no room are summed up by network") {
  const ordered_json rows =
      report_on(Topic::kSilent,
                {"10:00:00Z event=session rip=10.2.40.1 tls=- auth_attempts=0 last=CAPA",
                 "10:00:01Z event=session rip=10.2.40.2 tls=- auth_attempts=0 last=CAPA",
                 "10:00:02Z event=session rip=10.2.40.3 tls=- auth_attempts=0 last=CAPA",
                 "10:00:03Z event=session rip=10.2.40.4 tls=- auth_attempts=0 last=CAPA",
                 "10:00:04Z event=session rip=10.2.40.1 tls=- auth_attempts=0 last=CAPA",
                 "10:00:05Z event=session rip=10.2.41.1 tls=- auth_attempts=0 last=CAPA",
                 "10:00:06Z event=session rip=10.2.42.1 tls=- auth_attempts=0 last=CAPA",
                 "10:00:07Z event=session rip=nowhere tls=- auth_attempts=0 last=CAPA"},
                2)["silent"];
  REQUIRE(rows.size() == 5);
  std::map<std::string, int> counts;
  for (const auto& row : rows)
    counts[row["address"].dump() + row["gave_up_after"].dump()] = row["count"];
  CHECK(counts["\"10.2.40.1\"\"CAPA\""] == 2);
  CHECK(counts["\"10.2.40.2\"\"CAPA\""] == 1);
  CHECK(counts["\"10.2.40.0/24\"\"CAPA\""] == 2);
  CHECK(counts["\"10.2.41.0/24\"\"CAPA\""] == 1);
  CHECK(counts["null\"(other)\""] == 2);  // no room even so, and no network
}

}  // namespace postern::report
