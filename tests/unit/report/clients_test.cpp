// SPDX-License-Identifier: Apache-2.0
// What a report tells of mail programs, and of what has to be changed in them.
#include <catch2/catch.hpp>

#include <string>

#include "tests/unit/report/report_on.hpp"

namespace postern::report {
namespace {

policy::ClientTable sentences() {
  return {{}, {{.name = "fetchmail", .change = "Write ssl."}, {.name = "perl", .change = "SSL."}}};
}

ordered_json clients(std::initializer_list<std::string_view> lines) {
  return report_on(Topic::kClients, lines, Tally::kMaxRows, sentences());
}

}  // namespace

TEST_CASE("clients: sessions, users and networks by program and TLS version") {
  const ordered_json rows = clients(
      {"10:00:00Z event=session sid=A rip=192.0.2.1 tls=TLSv1.3 user=al client=fetchmail",
       "10:00:01Z event=session sid=B rip=192.0.2.9 tls=TLSv1.3 user=bo client=fetchmail",
       "10:00:02Z event=session sid=C rip=203.0.113.1 tls=TLSv1.3 user=bo client=fetchmail",
       "10:00:03Z event=session sid=D rip=192.0.2.1 tls=- user=al client=fetchmail",
       "10:00:04Z event=session sid=E rip=192.0.2.1 tls=- client=perl",
       "10:00:05Z event=session sid=F rip=192.0.2.1 tls=- user=al",
       "10:00:06Z event=auth_failed sid=G rip=192.0.2.1 tls=- user=al client=perl"})["clients"];
  REQUIRE(rows.size() == 3);
  CHECK(rows[0]["client"] == "fetchmail");
  CHECK(rows[0]["tls"] == "TLSv1.3");
  CHECK(rows[0]["count"] == 3);
  CHECK(rows[0]["users"] == 2);
  CHECK(rows[0]["networks"] == 2);
  CHECK(rows[0]["change"] == "");
  CHECK(rows[1]["client"] == "perl");
  CHECK(rows[1]["users"] == 0);
  CHECK(rows[1]["networks"] == 1);
  CHECK(rows[1]["change"] == "SSL.");
  CHECK(rows[2]["client"] == "fetchmail");
  CHECK(rows[2]["tls"] == "");
  CHECK(rows[2]["change"] == "Write ssl.");
}

TEST_CASE("clients: a session that was refused counts, whichever line comes first") {
  const std::string_view refused =
      "10:00:00Z event=policy_denied sid=A rip=192.0.2.1 tls=- user=al";
  const std::string_view again = "10:00:01Z event=policy_denied sid=A rip=192.0.2.1 tls=- user=al";
  const std::string_view end = "10:00:02Z event=session sid=A rip=192.0.2.1 tls=- client=perl";
  for (const ordered_json& rows :
       {clients({refused, again, end})["clients"], clients({end, refused, again})["clients"]}) {
    REQUIRE(rows.size() == 1);
    CHECK(rows[0]["refused"] == 1);
    CHECK(rows[0]["would_be_refused"] == 0);
  }
}

TEST_CASE("clients: what would be refused counts by itself, and its program is to be changed") {
  const ordered_json rows = clients(
      {"10:00:00Z event=policy_would_deny sid=A rip=192.0.2.1 tls=TLSv1.2 user=al",
       "10:00:02Z event=session sid=A rip=192.0.2.1 tls=TLSv1.2 user=al client=fetchmail",
       "10:00:03Z event=secret_exposed sid=B rip=192.0.2.1 tls=- user=al decision=allowed",
       "10:00:04Z event=session sid=B rip=192.0.2.1 tls=- user=al client=fetchmail",
       "10:00:05Z event=secret_exposed sid=C rip=192.0.2.1 tls=- user=al decision=deny",
       "10:00:06Z event=session sid=C rip=192.0.2.1 tls=- user=al client=fetchmail"})["clients"];
  REQUIRE(rows.size() == 2);
  CHECK(rows[0]["count"] == 2);
  CHECK(rows[0]["refused"] == 1);
  CHECK(rows[0]["would_be_refused"] == 0);
  CHECK(rows[1]["tls"] == "TLSv1.2");
  CHECK(rows[1]["would_be_refused"] == 1);
  CHECK(rows[1]["change"] == "Write ssl.");
}

TEST_CASE("clients: a handshake that failed is no session in clear") {
  const ordered_json rows =
      clients({"10:00:00Z event=session sid=A rip=192.0.2.1 tls=- client=perl "
               "reason=tls_handshake_failed"})["clients"];
  CHECK(rows[0]["tls"] == "no handshake");
  CHECK(rows[0]["change"] == "SSL.");
}

TEST_CASE("clients: unknown ones are told by what they say") {
  const ordered_json tables =
      clients({"10:00:00Z event=session sid=A rip=192.0.2.1 tls=- user=al client=unknown "
               "dialogue=\"USER PASS\"",
               "10:00:01Z event=session sid=B rip=192.0.2.2 tls=- user=bo client=unknown "
               "dialogue=\"USER PASS\"",
               "10:00:02Z event=session sid=C rip=192.0.2.2 tls=TLSv1.3 user=bo client=unknown "
               "hello=1.3:1:1:sni dialogue=CAPA",
               "10:00:03Z event=session sid=D rip=192.0.2.2 tls=- client=unknown",
               "10:00:04Z event=session sid=E rip=192.0.2.2 tls=- client=perl dialogue=CAPA"});
  const ordered_json& rows = tables["clients_unknown"];
  REQUIRE(rows.size() == 2);
  CHECK(rows[0]["dialogue"] == "USER PASS");
  CHECK(rows[0]["count"] == 2);
  CHECK(rows[0]["user"] == ordered_json({"al", "bo"}));
  CHECK(rows[1]["hello"] == "1.3:1:1:sni");
  CHECK(tables["clients"][0]["change"] == "");
}

TEST_CASE("clients: a line that sums up is of no program") {
  const ordered_json tables =
      clients({"10:00:00Z event=session rip=192.0.2.1 tls=- client=perl suppressed=100",
               "10:00:00Z event=policy_denied rip=192.0.2.1 tls=- suppressed=100"});
  CHECK(tables["clients"].empty());
}

TEST_CASE("clients: memory is bounded") {
  std::string line;
  LogReport report(std::vector{Topic::kClients}, std::nullopt, 3);
  for (int i = 0; i < 100; ++i) {
    const std::string n = std::to_string(i);
    line = std::string(kDay) + "10:00:00Z event=policy_denied sid=S" + n;
    report.read(line);
    line = std::string(kDay) + "10:00:00Z event=session sid=S" + n + " tls=- client=c" + n;
    report.read(line);
  }
  const std::vector<Table> tables = report.tables();
  CHECK(tables[0].rows.size() == 4);
  CHECK(tables[0].without_room == 97);
}

TEST_CASE("plaintext: the program of a user, and what to change in it") {
  const ordered_json rows = report_on(
      Topic::kPlaintext,
      {"10:00:00Z event=policy_would_deny sid=A rip=192.0.2.1 tls=- user=al",
       "10:00:02Z event=session sid=A rip=192.0.2.1 tls=- user=al login_dur=0.1 client=fetchmail",
       "10:00:03Z event=session sid=B rip=192.0.2.2 tls=- user=bo login_dur=0.1 client=perl",
       "10:00:04Z event=session sid=C rip=192.0.2.2 tls=- user=bo login_dur=0.1 client=fetchmail",
       "10:00:05Z event=session sid=D rip=192.0.2.3 tls=- user=ca login_dur=0.1 client=unknown"},
      Tally::kMaxRows, sentences())["plaintext"];
  REQUIRE(rows.size() == 3);
  CHECK(rows[0]["user"] == "bo");
  CHECK(rows[0]["client"] == ordered_json({"fetchmail", "perl"}));
  CHECK(rows[0]["change"] == ordered_json({"fetchmail: Write ssl.", "perl: SSL."}));
  CHECK(rows[1]["user"] == "ca");
  CHECK(rows[1]["client"] == ordered_json::array());
  CHECK(rows[1]["change"] == ordered_json::array());
  CHECK(rows[2]["user"] == "al");
  CHECK(rows[2]["client"] == ordered_json({"fetchmail"}));
  CHECK(rows[2]["change"] == ordered_json({"Write ssl."}));
}

}  // namespace postern::report
