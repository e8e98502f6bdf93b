// SPDX-License-Identifier: Apache-2.0
// What `explain` foretells, compared over a grid of tens of thousands of cases with two others:
// what the documentation says, and what becomes of a client that speaks to a dialogue byte by byte.
#include <catch2/catch.hpp>

#include <array>
#include <string>

#include "proxy/explain/explanation.hpp"
#include "proxy/pop3/dialogue.hpp"
#include "proxy/server/plans.hpp"
#include "tests/dialogue/recording_shell.hpp"
#include "tests/support/base64_reference.hpp"
#include "tests/unit/explain/explain_case.hpp"

namespace postern::explain {
namespace {

using policy::Link;
using policy::Mechanism;

constexpr policy::Moment kNow{std::chrono::sys_days(std::chrono::year(2026) / 11 / 24)};

constexpr std::array<std::string_view, 3> kLevels = {"tls-required", "tls-for-plaintext",
                                                     "plaintext-allowed"};
constexpr std::array<Link, 4> kLinks = {Link::kPlaintext, Link::kTls11, Link::kTls12, Link::kTls13};
constexpr std::array<std::string_view, 3> kUsers = {"", "alice", "bob"};

constexpr std::array<Door, 3> kDoors = {
    Door{.name = "pop3s", .implicit = true},
    Door{.name = "pop3"},
    Door{.name = "lan", .level = "plaintext-allowed", .floor = Link::kTls13},
};

constexpr std::array<Way, 4> kWays = {
    Way{.toml = ""},
    Way{
        .toml = "mode = \"report-only\"\n",
        .reports = true,
    },
    Way{.toml = "enforce_from = 2026-11-24\n"},
    Way{.toml = "mode = \"report-only\"\nreport_only_until = 2026-11-25\n", .reports = true},
};

const std::array<Exempt, 11> kExempts = {
    Exempt{.toml = ""},
    Exempt{.toml = "networks = [\"10.0.0.0/8\"]\nlogin = \"tls-for-plaintext\"\n",
           .level = "tls-for-plaintext"},
    Exempt{.toml = "networks = [\"10.1.0.0/16\", \"fd00::/8\"]\nlogin = \"plaintext-allowed\"\n",
           .level = "plaintext-allowed"},
    Exempt{.toml = "networks = [\"11.0.0.0/8\"]\nlogin = \"plaintext-allowed\"\n",
           .fits = false,
           .level = "plaintext-allowed"},
    Exempt{.toml = "users = [\"ali*\"]\nlogin = \"plaintext-allowed\"\n",
           .only_user = "alice",
           .level = "plaintext-allowed"},
    Exempt{.toml = "users = [\"ALICE\"]\nlogin = \"tls-required\"\n",
           .only_user = "alice",
           .level = "tls-required"},
    Exempt{.toml = "networks = [\"10.1.2.3\"]\nmin_version = \"1.3\"\n", .floor = Link::kTls13},
    Exempt{.toml = "users = [\"alice\"]\nmin_version = \"1.1\"\nmode = \"enforce\"\n",
           .only_user = "alice",
           .floor = Link::kTls11,
           .mode = Exempt::kEnforces},
    Exempt{.toml = "login = \"plaintext-allowed\"\nexpires = 2026-11-24\n",
           .fits = false,
           .level = "plaintext-allowed"},
    Exempt{.toml = "listeners = [\"pop3\"]\nmode = \"report-only\"\n",
           .only_listener = "pop3",
           .mode = Exempt::kReports},
    Exempt{
        .toml = "networks = [\"10.0.0.0/8\"]\nmin_version = \"1.3\"\nenforce_from = 2026-11-25\n",
        .floor = Link::kTls13,
        .mode = Exempt::kReports},
};

conf::Document document_of(std::string_view level, const Way& way, const Exempt& exempt) {
  std::string text = "[policy]\nlogin = \"" + std::string(level) + "\"\n" + std::string(way.toml);
  text += "help_text = \"TLS is required: ask the help desk.\"\nmechanisms = [";
  for (const Mechanism one : policy::all_mechanisms()) {
    if (one == Mechanism::kExternal) continue;  // takes more than these cases have
    if (is_offered(one)) text += "\"" + std::string(name_of(one)) + "\", ";
  }
  text += "]\n";
  if (!exempt.toml.empty()) text += "[[policy.exception]]\n" + std::string(exempt.toml);
  text += R"(
[tls]
profile = "legacy"
[[tls.certificate]]
cert_file = "c"
key_file = "k"
[[listener]]
name = "pop3s"
address = ["127.0.0.1:995"]
tls = "implicit"
[[listener]]
name = "pop3"
address = ["127.0.0.1:110"]
tls = "stls"
[[listener]]
name = "lan"
address = ["127.0.0.1:1110"]
tls = "stls"
login = "plaintext-allowed"
min_version = "1.3"
[[backend]]
name = "mail"
address = ["10.0.0.12:110"]
)";
  auto document = conf::read_text(text, "f");
  if (!document) FAIL(render(document.error().front(), "f"));
  return *std::move(document);
}

Question question_of(const Case& one, std::size_t listener) {
  Question question{.listener = listener, .part = {}};
  question.part.client.peer = policy::IpAddress::parse("10.1.2.3").value();
  question.part.client.link = one.link;
  question.part.client.mechanism = one.mechanism;
  question.part.client.now = kNow;
  question.part.user = one.user;
  return question;
}

// "listener[1].login" is called "listener.login" where any listener is meant.
std::string without_index(std::string key) {
  if (key.starts_with("listener[")) key.erase(8, key.find('.') - 8);
  return key;
}

Expected told_of(const Explanation& told) {
  Expected found;
  found.decision = name_of(told.decision);
  found.reason = told.reason;
  found.rule = without_index(told.rule.key);
  found.reply = told.course.turns.empty() ? "" : told.course.turns.back().heard;
  if (!told.log.empty()) {
    const std::string& line = told.log.front();
    const std::size_t begin = line.find("event=") + 6;
    found.event = line.substr(begin, line.find(' ', begin) - begin);
  }
  found.backend = told.course.backend;
  return found;
}

std::string text_of(const Case& one) {
  return std::string(one.level) + " " + std::string(one.door.name) + " " +
         std::string(name_of(one.link)) + " " + std::string(name_of(one.mechanism)) + " '" +
         std::string(one.user) + "' way '" + std::string(one.way.toml) + "' exception '" +
         std::string(one.exempt.toml) + "'";
}

std::string text_of(const Expected& one) {
  std::string text = one.decision + " | " + one.reason + " | " + one.rule + " | " + one.reply +
                     " | " + one.event + " |";
  for (const std::string& line : one.backend) text += " " + line + ";";
  return text;
}

template <class Visit>
void for_each_case(Visit visit) {
  for (const std::string_view level : kLevels) {
    for (const Way& way : kWays) {
      for (const Exempt& exempt : kExempts) {
        const conf::Document document = document_of(level, way, exempt);
        for (std::size_t door = 0; door < kDoors.size(); ++door) {
          for (const Link link : kLinks) {
            for (const Mechanism mechanism : policy::all_mechanisms()) {
              if (mechanism == Mechanism::kExternal) continue;
              for (const std::string_view user : kUsers) {
                visit(document, door,
                      Case{level, kDoors[door], link, mechanism, exempt, way, user});
              }
            }
          }
        }
      }
    }
  }
}

// A client that is written here once more, and sends one byte at a time.
class Live {
 public:
  Live(const pop3::ClientTerms& terms, const pop3::BackendTerms& backend, const Case& one,
       const policy::Facts& client)
      : one_(one),
        backend_(backend),
        user_(one.user.empty() ? kAnybody : one.user),
        dialogue_(terms, &backend, shell_, spare_, client) {}

  Expected run() {
    dialogue_.open(one_.link);
    backend();
    for (const std::string& line : lines()) {
      shell_.downstream.clear();
      for (const char byte : line + "\r\n") dialogue_.on_client({&byte, 1});
      backend();
      found_.reply = shell_.downstream.substr(0, shell_.downstream.find("\r\n"));
      if (!found_.reply.starts_with('+') || dialogue_.relaying()) break;
    }
    found_.decision = dialogue_.relaying() ? "allow" : "deny";
    for (const std::string& note : shell_.notes) read(note);
    return found_;
  }

 private:
  std::vector<std::string> lines() const {
    const std::string hex(32, 'a');
    const std::string name(policy::name_of(one_.mechanism));
    const std::string auth = "AUTH " + name;
    const auto coded = [](const std::string& text) { return testing::base64_of(text); };
    if (name == "USER") return {"USER " + user_, "PASS x"};
    if (name == "APOP") return {"APOP " + user_ + " " + hex};
    if (name == "PLAIN") return {auth, coded(std::string(1, '\0') + user_ + '\0' + "x")};
    if (name == "LOGIN") return {auth, coded(user_), coded("x")};
    if (name == "CRAM-MD5") return {auth, coded(user_ + " " + hex)};
    if (name.starts_with("SCRAM")) return {auth, coded("n,,n=" + user_ + ",r=abc")};
    if (name == "XOAUTH2") return {auth, coded("user=" + user_ + "\x01" + "auth=Bearer t\x01\x01")};
    if (name == "OAUTHBEARER") {
      return {auth, coded("n,a=" + user_ + ",\x01" + "auth=Bearer t\x01\x01")};
    }
    return {auth, coded("opaque")};
  }

  void backend() {
    while (true) {
      if (std::exchange(shell_.admitting, false)) {
        dialogue_.on_admitted({.admission = pop3::Admission::kFree, .backend = &backend_});
      } else if (std::erase(shell_.notes, "connect") > 0) {
        dialogue_.on_upstream_connected();
        dialogue_.on_backend("+OK <1.2@b>\r\n");
      } else if (!shell_.upstream.empty() && !dialogue_.relaying()) {
        const std::string line = std::exchange(shell_.upstream, {});
        heard_.push_back(line);
        dialogue_.on_backend(line.starts_with("AUTH ") ? "+ \r\n" : "+OK\r\n");
      } else {
        return;
      }
    }
  }

  // "report policy-denied USER policy.login"
  void read(const std::string& note) {
    const auto is = [&](std::string_view text) { return note.starts_with(text); };
    if (is("report secret-exposed")) return;  // told beside the decision, and let through
    if (is("report policy-denied")) found_.event = "policy_denied";
    if (is("report policy-would-deny")) {
      found_.event = "policy_would_deny";
      found_.decision = "would_deny";
    }
    if (is("report ")) found_.rule = note.substr(note.rfind(' ') + 1);
  }

 public:
  // What the backend heard, byte for byte.
  const std::vector<std::string>& heard() const { return heard_; }

  // What it should have heard, where explain's words stand for secrets and for a name.
  std::vector<std::string> meant_by(const std::vector<std::string>& told) const {
    std::vector<std::string> bytes;
    for (std::string line : told) {
      if (line == "<response>") line = lines().back();
      if (line == "USER <user>") line = "USER " + user_;
      if (line == "PASS <password>") line = "PASS x";
      if (line.starts_with("APOP ")) line = lines().front();
      bytes.push_back(line + "\r\n");
    }
    return bytes;
  }

 private:
  const Case& one_;
  const pop3::BackendTerms& backend_;
  std::string user_;
  std::vector<std::string> heard_;
  pop3::Spare spare_;
  session_test::RecordingShell shell_;
  pop3::Dialogue dialogue_;
  Expected found_;
};

}  // namespace

TEST_CASE("explain says what the documentation says") {
  std::size_t cases = 0;
  for_each_case([&](const conf::Document& document, std::size_t door, const Case& one) {
    ++cases;
    const Expected expected = expected_of(one);
    const Expected told = told_of(foretell(document, question_of(one, door), session::UserMaps()));
    if (told == expected) return;
    FAIL(text_of(one) << "\nexpected " << text_of(expected) << "\ntold     " << text_of(told));
  });
  CHECK(cases == 3 * 4 * 11 * 3 * 4 * 12 * 3);
}

TEST_CASE("explain says what becomes of a client") {
  std::size_t cases = 0;
  for_each_case([&](const conf::Document& document, std::size_t door, const Case& one) {
    const Question question = question_of(one, door);
    const Explanation explanation = foretell(document, question, session::UserMaps());
    if (explanation.course.turns.empty()) return;  // its handshake fails: no dialogue
    ++cases;
    const Expected told = told_of(explanation);
    const conf::Live& settings = document.settings.live;
    const pop3::ClientTerms terms = server::client_terms_for(settings, door);
    const pop3::BackendTerms backend = server::backend_terms_for(settings.backends.front());
    Live live(terms, backend, one, question.part.client);
    Expected seen = live.run();
    if (seen.decision == "allow") seen.rule = told.rule;  // nothing is logged of it
    seen.reason = told.reason;
    seen.backend = live.heard();
    Expected meant = told;
    meant.backend = live.meant_by(told.backend);
    if (seen == meant) return;
    FAIL(text_of(one) << "\nseen " << text_of(seen) << "\ntold " << text_of(meant));
  });
  CHECK(cases > 30'000);
}

}  // namespace postern::explain
