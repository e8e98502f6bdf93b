// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/client_terms.hpp"

#include <catch2/catch.hpp>

#include <sstream>
#include <string>
#include <vector>

namespace postern::pop3 {
namespace {

using policy::Level;
using policy::Link;
using policy::Mechanism;

ClientTerms terms_at(Level level, Stls stls = Stls::kOffered) {
  policy::BaseRule base;
  base.login = level;
  ClientTerms terms;
  terms.rules = policy::Rules(base);
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

policy::Facts client_over(Link link) {
  policy::Facts client;
  client.link = link;
  return client;
}

Lines capabilities(const ClientTerms& terms, Link link, Phase phase = Phase::kAuthorization) {
  return body_of(capability_reply(terms, client_over(link), phase));
}

Lines mechanisms(const ClientTerms& terms, Link link) {
  return body_of(mechanism_reply(terms, client_over(link)));
}

ClientTerms terms_with(std::vector<Mechanism> mechanisms) {
  policy::BaseRule base;
  base.mechanisms = std::move(mechanisms);
  ClientTerms terms;
  terms.rules = policy::Rules(base);
  return terms;
}

ClientTerms terms_except(Level level, std::vector<std::string> users) {
  policy::Exception exception;
  exception.login = level;
  exception.users = std::move(users);
  ClientTerms terms;
  terms.rules = policy::Rules(policy::BaseRule(), {exception});
  return terms;
}

}  // namespace

TEST_CASE("logins are announced only where they are allowed") {
  CHECK(capabilities(terms_at(Level::kTlsRequired), Link::kPlaintext) == and_stls(kWithoutLogin));
  CHECK(capabilities(terms_at(Level::kTlsForPlaintext), Link::kPlaintext) ==
        and_stls(kWithoutLogin));
  CHECK(capabilities(terms_at(Level::kPlaintextAllowed), Link::kPlaintext) == and_stls(kWithLogin));
  for (const Level level :
       {Level::kTlsRequired, Level::kTlsForPlaintext, Level::kPlaintextAllowed}) {
    CHECK(capabilities(terms_at(level), Link::kTls13) == kWithLogin);
  }
}

TEST_CASE("STLS is announced in clear before login, where it is offered") {
  const ClientTerms absent = terms_at(Level::kPlaintextAllowed, Stls::kAbsent);
  CHECK(capabilities(absent, Link::kPlaintext) == kWithLogin);
  const ClientTerms offered = terms_at(Level::kPlaintextAllowed);
  CHECK(capabilities(offered, Link::kPlaintext, Phase::kTransaction) == kWithLogin);
  CHECK(capabilities(offered, Link::kTls13, Phase::kTransaction) == kWithLogin);
}

TEST_CASE("only the mechanisms of the listener are announced") {
  const ClientTerms login_only = terms_with({Mechanism::kLogin});
  CHECK(capabilities(login_only, Link::kTls13) ==
        Lines{"TOP", "UIDL", "SASL LOGIN", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING"});
  CHECK(mechanisms(login_only, Link::kTls13) == Lines{"LOGIN"});
  CHECK(mechanisms(login_only, Link::kPlaintext).empty());
  CHECK(mechanisms(terms_with({Mechanism::kUser}), Link::kTls13).empty());
  CHECK(capabilities(terms_with({}), Link::kTls13) == kWithoutLogin);
}

TEST_CASE("mechanisms that show no password are announced in clear at the level between") {
  policy::BaseRule base;
  base.login = Level::kTlsForPlaintext;
  base.mechanisms = {Mechanism::kUser, Mechanism::kPlain, Mechanism::kCramMd5, Mechanism::kXoauth2,
                     Mechanism::kApop};
  ClientTerms terms;
  terms.rules = policy::Rules(base);
  CHECK(mechanisms(terms, Link::kPlaintext) == Lines{"CRAM-MD5"});
  CHECK(mechanisms(terms, Link::kTls13) == Lines{"PLAIN", "CRAM-MD5", "XOAUTH2"});
}

TEST_CASE("what some users may is announced where the name comes before the password") {
  const ClientTerms terms = terms_except(Level::kPlaintextAllowed, {"scanner"});
  // Not PLAIN, which would show the password of whoever takes the offer; and nothing that makes a
  // program send the password before it reads the answer to the name.
  CHECK(capabilities(terms, Link::kPlaintext) ==
        Lines{"TOP", "UIDL", "USER", "SASL LOGIN", "RESP-CODES", "AUTH-RESP-CODE"});
}

TEST_CASE("before TLS a talkative list has USER, to be refused, and no more of logins") {
  ClientTerms terms = terms_at(Level::kTlsRequired);
  terms.before_tls = policy::BeforeTls::kTalkative;
  Lines with_user = kWithoutLogin;
  with_user.insert(with_user.begin() + 2, "USER");
  CHECK(capabilities(terms, Link::kPlaintext) == and_stls(with_user));
  CHECK(capabilities(terms, Link::kTls13) == kWithLogin);
  CHECK(capabilities(terms, Link::kPlaintext, Phase::kTransaction) == kWithoutLogin);
  terms.capabilities = policy::CapabilitySet{policy::Capability::kTop};
  CHECK(capabilities(terms, Link::kPlaintext) == Lines{"TOP"});
}

TEST_CASE("over too old a TLS the list has USER, to be refused, and no more of logins") {
  policy::BaseRule base;
  base.floor = Link::kTls12;
  base.enforcement = policy::Enforcement::never();
  ClientTerms terms;
  terms.rules = policy::Rules(base);
  terms.stls = Stls::kOffered;
  CHECK(capabilities(terms, Link::kTls11) ==
        Lines{"TOP", "UIDL", "USER", "RESP-CODES", "AUTH-RESP-CODE"});
  CHECK(mechanisms(terms, Link::kTls11).empty());
  CHECK(capabilities(terms, Link::kTls12) == kWithLogin);
}

TEST_CASE("what may be used in clear is in a talkative list as well") {
  policy::BaseRule base;
  base.login = Level::kTlsForPlaintext;
  base.mechanisms = {Mechanism::kUser, Mechanism::kPlain, Mechanism::kCramMd5};
  ClientTerms terms;
  terms.rules = policy::Rules(base);
  terms.before_tls = policy::BeforeTls::kTalkative;
  CHECK(capabilities(terms, Link::kPlaintext) ==
        Lines{"TOP", "UIDL", "USER", "SASL CRAM-MD5", "RESP-CODES", "AUTH-RESP-CODE"});
}

TEST_CASE("STLS is not announced to those from whom an exception hides it") {
  policy::Exception scanners;
  scanners.networks = {policy::Network::parse("10.0.0.0/8").value()};
  scanners.login = Level::kPlaintextAllowed;
  scanners.stls = policy::StlsListing::kHidden;
  scanners.expires = policy::Moment(std::chrono::seconds(1000));
  ClientTerms terms = terms_at(Level::kTlsRequired);
  terms.rules = policy::Rules(policy::BaseRule(), {scanners});
  policy::Facts client = client_over(Link::kPlaintext);
  CHECK(body_of(capability_reply(terms, client, Phase::kAuthorization)) == and_stls(kWithoutLogin));
  client.peer = policy::IpAddress::parse("10.2.3.4").value();
  CHECK(body_of(capability_reply(terms, client, Phase::kAuthorization)) == kWithLogin);
  client.now = scanners.expires;
  CHECK(body_of(capability_reply(terms, client, Phase::kAuthorization)) == and_stls(kWithoutLogin));
}

TEST_CASE("what is refused names what would do") {
  ClientTerms terms;
  terms.advice = "Use TLS.";
  terms.help_url = "https://a.example/";
  policy::Verdict verdict;
  CHECK(terms.refusal(verdict) == "-ERR [SYS/PERM] Use TLS.");
  terms.refusal_code = "AUTH";
  CHECK(terms.refusal(verdict) == "-ERR [AUTH] Use TLS.");
  terms.refusal_code = "";
  CHECK(terms.refusal(verdict) == "-ERR Use TLS.");
  verdict.ground = policy::Ground::kOldTls;
  verdict.floor = Link::kTls12;
  verdict.link = Link::kTls10;
  CHECK(terms.refusal(verdict) ==
        "-ERR TLS 1.0 is no longer accepted: TLS 1.2 or newer is required, so update your mail "
        "program. https://a.example/");
  terms.help_text = "Ask Bob.";
  terms.advice = default_advice(terms.help_text, terms.help_url);
  CHECK(terms.refusal(verdict) ==
        "-ERR TLS 1.0 is no longer accepted: Ask Bob. https://a.example/");
}

TEST_CASE("the advice") {
  CHECK(default_advice("", "") ==
        R"(TLS is required: choose "SSL/TLS" on port 995 or "STARTTLS" in your mail program.)");
  CHECK(default_advice("", "https://a.example/") == default_advice("", "") + " https://a.example/");
  CHECK(default_advice("Ask Bob.", "") == "Ask Bob.");
  CHECK(default_advice("Ask Bob.", "https://b.example/") == "Ask Bob. https://b.example/");
}

}  // namespace postern::pop3
