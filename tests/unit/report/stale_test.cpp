// SPDX-License-Identifier: Apache-2.0
// Who polls with an old password, and who only mistypes one or guesses.
#include <set>
#include <string>

#include "tests/unit/report/report_on.hpp"

namespace postern::report {
namespace {

// Users of the rows.
std::set<std::string> users_in(const ordered_json& rows) {
  std::set<std::string> users;
  for (const auto& row : rows) users.insert(row["user"].get<std::string>());
  return users;
}

}  // namespace

TEST_CASE("stale: what is known to be old, since when, how often, and the last good login") {
  const ordered_json rows = report_on(
      Topic::kStale,
      {"08:00:00Z event=session rip=192.0.2.9 tls=TLSv1.3 user=al login_dur=0.1",
       "10:00:00Z event=auth_failed rip=192.0.2.1 listener=pop3s user=al client=curl",
       "10:05:00Z event=login_refused rip=192.0.2.1 user=al reason=remembered client=curl",
       "10:10:00Z event=login_refused rip=192.0.2.1 user=al reason=remembered",
       "10:20:00Z event=login_refused rip=192.0.2.2 user=bo reason=proxy_dest_auth_failed "
       "msg=\"a password that was right before; no guess\"",
       "10:30:00Z event=login_refused rip=192.0.2.3 user=ca reason=proxy_dest_auth_failed "
       "msg=\"the same wrong password again; no new guess\"",
       "10:40:00Z event=login_refused rip=192.0.2.3 user=di reason=proxy_dest_auth_failed "
       "msg=\"the backend refused the login, and not for its password\"",
       "10:50:00Z event=login_refused rip=192.0.2.3 user=ed reason=in_use"})["stale"];
  REQUIRE(rows.size() == 3);
  CHECK(rows[0]["user"] == "al");
  CHECK(rows[0]["address"] == "192.0.2.1");
  CHECK(rows[0]["count"] == 3);
  CHECK(rows[0]["first"] == "2026-11-23T10:00:00.000Z");
  CHECK(rows[0]["last"] == "2026-11-23T10:10:00.000Z");
  CHECK(rows[0]["password"] == ordered_json({"the same wrong one again", "wrong"}));
  CHECK(rows[0]["client"] == ordered_json({"curl"}));
  CHECK(rows[0]["last_login"] == "2026-11-23T08:00:00.000Z");
  CHECK(rows[0]["from_memory"] == 2);
  CHECK(rows[1]["user"] == "ca");
  CHECK(rows[1]["last_login"] == nullptr);
  CHECK(rows[1]["from_memory"] == 0);
  CHECK(rows[2]["password"] == ordered_json({"was right before"}));
}

TEST_CASE("stale: who polls more rarely than anybody remembers is told by the hours") {
  const ordered_json rows =
      report_on(Topic::kStale, {"10:00:00Z event=auth_failed rip=192.0.2.1 user=al",
                                "10:30:00Z event=auth_failed rip=192.0.2.1 user=al",
                                "11:00:00Z event=auth_failed rip=192.0.2.1 user=al",
                                "10:00:00Z event=auth_failed rip=192.0.2.1 user=bo",
                                "11:30:00Z event=auth_failed rip=192.0.2.1 user=bo",
                                "10:00:00Z event=auth_failed rip=192.0.2.2 user=ca",
                                "10:01:00Z event=auth_failed rip=192.0.2.2 user=ca",
                                "10:02:00Z event=auth_failed rip=192.0.2.2 user=ca"})["stale"];
  CHECK(users_in(rows) == std::set<std::string>{"al"});
  CHECK(rows[0]["count"] == 3);
}

TEST_CASE("stale: whoever mistypes, and then gets in, does not poll") {
  const ordered_json rows =
      report_on(Topic::kStale,
                {"10:00:00Z event=auth_failed rip=192.0.2.1 user=al",
                 "10:00:05Z event=login_refused rip=192.0.2.1 user=al reason=remembered",
                 "10:00:09Z event=session rip=192.0.2.1 tls=TLSv1.3 user=al login_dur=0.1",
                 // Two programs behind one address, of which one knows the new password:
                 "10:00:00Z event=auth_failed rip=192.0.2.2 user=bo",
                 "10:30:00Z event=auth_failed rip=192.0.2.2 user=bo",
                 "10:31:00Z event=session rip=192.0.2.2 tls=TLSv1.3 user=bo login_dur=0.1",
                 "11:00:00Z event=auth_failed rip=192.0.2.2 user=bo",
                 "12:00:00Z event=auth_failed rip=192.0.2.2 user=bo",
                 "12:00:09Z event=session rip=192.0.2.2 tls=TLSv1.3 user=bo login_dur=0.1",
                 // A mistake every now and then:
                 "08:00:00Z event=auth_failed rip=192.0.2.3 user=ca",
                 "08:00:09Z event=session rip=192.0.2.3 tls=TLSv1.3 user=ca login_dur=0.1",
                 "11:00:00Z event=auth_failed rip=192.0.2.3 user=ca",
                 "16:00:00Z event=auth_failed rip=192.0.2.3 user=ca",
                 "16:00:09Z event=session rip=192.0.2.3 tls=TLSv1.3 user=ca login_dur=0.1",
                 // Failures that go on since the last login:
                 "08:00:00Z event=session rip=192.0.2.4 tls=TLSv1.3 user=di login_dur=0.1",
                 "10:00:00Z event=login_refused rip=192.0.2.4 user=di reason=remembered"})["stale"];
  CHECK(users_in(rows) == std::set<std::string>{"bo", "di"});
}

TEST_CASE("stale: whoever guesses does not poll") {
  std::vector<std::string> lines;
  for (const auto* const hour : {"10", "11", "12"}) {
    for (const auto* const user : {"root", "admin", "info", "sales", "al"}) {
      lines.push_back(std::string(hour) + ":00:00Z event=auth_failed rip=203.0.113.9 user=" + user);
    }
    lines.push_back(std::string(hour) + ":00:00Z event=auth_failed rip=203.0.113.10 user=bo");
  }
  lines.emplace_back("13:00:00Z event=ban rip=203.0.113.10 reason=guessing");
  lines.emplace_back("09:00:00Z event=session rip=192.0.2.1 tls=TLSv1.3 user=al login_dur=0.1");
  LogReport report(std::vector{Topic::kStale});
  for (const std::string& line : lines) report.read(std::string(kDay).append(line));
  CHECK(users_in(table_json(report.tables().front())) == std::set<std::string>{"al"});
}

TEST_CASE("stale: what finds no room is no row that anybody is told by") {
  const ordered_json rows = report_on(
      Topic::kStale,
      {"10:00:00Z event=login_refused rip=192.0.2.1 user=al reason=remembered",
       "10:00:00Z event=login_refused rip=192.0.2.1 user=bo reason=remembered",
       "10:00:00Z event=login_refused rip=192.0.2.1 user=ca reason=remembered suppressed=9"},
      1)["stale"];
  REQUIRE(rows.size() == 3);
  CHECK(rows[2]["user"] == "(other)");
  CHECK(rows[2]["count"] == 9);
}

}  // namespace postern::report
