#include "proxy/pop3/terms.hpp"

#include <catch2/catch.hpp>

#include <sstream>
#include <string>
#include <vector>

namespace postern::pop3 {
namespace {

using policy::Level;
using policy::Link;
using policy::Mechanism;

Terms terms_at(Level level, Stls stls = Stls::kOffered) {
  Terms terms;
  terms.rules = policy::Rules(level);
  terms.mechanisms = {Mechanism::kUser, Mechanism::kPlain, Mechanism::kLogin};
  terms.stls = stls;
  return terms;
}

// The lines of a multi-line reply, its status line and terminator checked and left out.
std::vector<std::string> body_of(const std::string& reply) {
  std::vector<std::string> lines;
  std::string_view rest = reply;
  while (!rest.empty()) {
    const std::size_t end = rest.find("\r\n");
    REQUIRE(end != std::string_view::npos);
    CHECK(end + 2 <= 512);
    lines.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + 2);
  }
  REQUIRE(lines.size() >= 2);
  CHECK(lines.front().starts_with("+OK "));
  CHECK(lines.back() == ".");
  return {lines.begin() + 1, lines.end() - 1};
}

using Lines = std::vector<std::string>;
const Lines kWithoutLogin = {"TOP", "UIDL", "RESP-CODES", "AUTH-RESP-CODE"};
const Lines kWithLogin = {"TOP",        "UIDL",           "USER",      "SASL PLAIN LOGIN",
                          "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING"};

Lines and_stls(Lines lines) {
  lines.emplace_back("STLS");
  return lines;
}

Lines capabilities(const Terms& terms, Link link, Phase phase = Phase::kAuthorization) {
  return body_of(capability_reply(terms, link, phase));
}

}  // namespace

TEST_CASE("logins are announced only where they are allowed") {
  CHECK(capabilities(terms_at(Level::kTlsRequired), Link::kPlaintext) == and_stls(kWithoutLogin));
  CHECK(capabilities(terms_at(Level::kTlsForPlaintext), Link::kPlaintext) ==
        and_stls(kWithoutLogin));
  CHECK(capabilities(terms_at(Level::kPlaintextAllowed), Link::kPlaintext) == and_stls(kWithLogin));
  for (const Level level :
       {Level::kTlsRequired, Level::kTlsForPlaintext, Level::kPlaintextAllowed}) {
    CHECK(capabilities(terms_at(level), Link::kTls) == kWithLogin);
  }
}

TEST_CASE("STLS is announced in clear before login, where it is offered") {
  const Terms absent = terms_at(Level::kPlaintextAllowed, Stls::kAbsent);
  CHECK(capabilities(absent, Link::kPlaintext) == kWithLogin);
  const Terms offered = terms_at(Level::kPlaintextAllowed);
  CHECK(capabilities(offered, Link::kPlaintext, Phase::kTransaction) == kWithLogin);
  CHECK(capabilities(offered, Link::kTls, Phase::kTransaction) == kWithLogin);
}

TEST_CASE("only the mechanisms of the listener are announced") {
  Terms terms = terms_at(Level::kTlsRequired);
  terms.mechanisms = {Mechanism::kLogin};
  CHECK(capabilities(terms, Link::kTls) ==
        Lines{"TOP", "UIDL", "SASL LOGIN", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING"});
  CHECK(body_of(mechanism_reply(terms, Link::kTls)) == Lines{"LOGIN"});
  CHECK(body_of(mechanism_reply(terms, Link::kPlaintext)).empty());
  CHECK(terms.accepts(Mechanism::kLogin));
  CHECK_FALSE(terms.accepts(Mechanism::kUser));
  terms.mechanisms = {Mechanism::kUser};
  CHECK(body_of(mechanism_reply(terms, Link::kTls)).empty());
  terms.mechanisms = {};
  CHECK(capabilities(terms, Link::kTls) == kWithoutLogin);
}

TEST_CASE("the advice") {
  CHECK(default_advice("", "") ==
        R"(TLS is required: choose "SSL/TLS" on port 995 or "STARTTLS" in your mail program.)");
  CHECK(default_advice("", "https://a.example/") == default_advice("", "") + " https://a.example/");
  CHECK(default_advice("Ask Bob.", "") == "Ask Bob.");
  CHECK(default_advice("Ask Bob.", "https://b.example/") == "Ask Bob. https://b.example/");
}

}  // namespace postern::pop3
