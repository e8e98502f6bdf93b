// SPDX-License-Identifier: Apache-2.0
// What CAPA promises, for policies and clients by chance: never a way to log in that is refused,
// but for USER where somebody is to be told why.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "proxy/pop3/client_terms.hpp"
#include "tests/unit/policy/random_rules.hpp"

namespace postern::pop3 {
namespace {

using policy::Chance;
using policy::Facts;
using Lines = std::vector<std::string>;

Lines lines_of(std::string_view reply) {
  Lines lines;
  while (!reply.empty()) {
    const std::size_t end = reply.find("\r\n");
    lines.emplace_back(reply.substr(0, end));
    reply.remove_prefix(end + 2);
  }
  return lines;
}

Lines capa(const ClientTerms& terms, const Facts& client) {
  return lines_of(capability_reply(terms, client, Phase::kAuthorization));
}

bool has(const Lines& lines, std::string_view line) {
  return std::ranges::find(lines, line) != lines.end();
}

Lines without(Lines lines, std::string_view line) {
  std::erase(lines, line);
  return lines;
}

ClientTerms terms_by(Chance& chance) {
  ClientTerms terms;
  terms.rules = chance.parts().rules();
  terms.stls = chance.once_in(4) ? Stls::kAbsent : Stls::kOffered;
  return terms;
}

// Nobody has said a name when CAPA is asked for.
Facts stranger_by(Chance& chance) {
  Facts client = chance.facts();
  client.user.reset();
  return client;
}

}  // namespace

TEST_CASE("a talkative list has USER more than a strict one, and nothing else") {
  Chance chance(11);
  int more = 0;
  for (int i = 0; i < 20'000; ++i) {
    ClientTerms terms = terms_by(chance);
    const Facts client = stranger_by(chance);
    const Lines strict = capa(terms, client);
    terms.before_tls = policy::BeforeTls::kTalkative;
    const Lines talkative = capa(terms, client);
    REQUIRE(without(talkative, "USER") == without(strict, "USER"));
    if (has(strict, "USER")) REQUIRE(has(talkative, "USER"));
    if (talkative == strict) continue;
    ++more;
    REQUIRE_FALSE(policy::is_tls(client.link));
    const auto refused = terms.judge(client, policy::Mechanism::kUser, std::nullopt);
    REQUIRE_FALSE(refused.allowed());
    REQUIRE(refused.ground == policy::Ground::kCleartext);
  }
  CHECK(more > 500);
}

TEST_CASE("what SASL lists is never refused for the link to whoever is there") {
  Chance chance(12);
  int listed = 0;
  for (int i = 0; i < 20'000; ++i) {
    ClientTerms terms = terms_by(chance);
    terms.before_tls = policy::BeforeTls::kTalkative;
    const Facts client = stranger_by(chance);
    const Lines lines = capa(terms, client);
    const auto sasl = std::ranges::find_if(
        lines, [](const std::string& one) { return one.starts_with("SASL "); });
    if (sasl == lines.end()) continue;
    ++listed;
    for (const policy::Mechanism one : terms.rules.mechanisms()) {
      if (!policy::is_sasl(one)) continue;
      if ((*sasl + ' ').find(' ' + std::string(policy::name_of(one)) + ' ') == std::string::npos) {
        continue;
      }
      REQUIRE(terms.judge(client, one, std::nullopt, policy::Doubt::kAllows).allowed());
    }
  }
  CHECK(listed > 500);
}

TEST_CASE("hiding takes STLS from the list, and nothing else") {
  Chance chance(13);
  int hidden = 0;
  for (int i = 0; i < 20'000; ++i) {
    policy::Parts parts = chance.parts();
    ClientTerms terms;
    terms.stls = Stls::kOffered;
    terms.rules = parts.rules();
    const Facts client = stranger_by(chance);
    const Lines lines = capa(terms, client);
    for (policy::Exception& one : parts.exceptions) one.stls.reset();
    terms.rules = parts.rules();
    const Lines shown = capa(terms, client);
    REQUIRE(without(shown, "STLS") == without(lines, "STLS"));
    REQUIRE(has(shown, "STLS") == !policy::is_tls(client.link));
    if (lines != shown) ++hidden;
  }
  CHECK(hidden > 500);
}

}  // namespace postern::pop3
