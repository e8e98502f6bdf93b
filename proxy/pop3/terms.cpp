#include "proxy/pop3/terms.hpp"

#include <algorithm>

namespace postern::pop3 {
namespace {

using policy::Link;
using policy::Mechanism;

bool usable(const Terms& terms, Link link, Mechanism mechanism) noexcept {
  return terms.accepts(mechanism) && terms.judge(link, mechanism).allowed();
}

std::vector<Mechanism> usable_sasl(const Terms& terms, Link link) {
  std::vector<Mechanism> list;
  for (const Mechanism mechanism : terms.mechanisms) {
    if (mechanism != Mechanism::kUser && usable(terms, link, mechanism)) list.push_back(mechanism);
  }
  return list;
}

}  // namespace

bool Terms::accepts(Mechanism mechanism) const noexcept {
  return std::ranges::find(mechanisms, mechanism) != mechanisms.end();
}

policy::Verdict Terms::judge(Link link, Mechanism mechanism) const noexcept {
  return rules.evaluate({.link = link, .mechanism = mechanism});
}

std::string default_advice(std::string_view help_text, std::string_view help_url) {
  std::string advice(help_text);
  if (advice.empty()) {
    advice = R"(TLS is required: choose "SSL/TLS" on port 995 or "STARTTLS" in your mail program.)";
  }
  if (!help_url.empty()) advice.append(" ").append(help_url);
  return advice;
}

std::string capability_reply(const Terms& terms, Link link, Phase phase) {
  std::string reply = "+OK capability list follows\r\nTOP\r\nUIDL\r\n";
  const bool user = usable(terms, link, Mechanism::kUser);
  const auto sasl = usable_sasl(terms, link);
  if (user) reply += "USER\r\n";
  if (!sasl.empty()) {
    reply += "SASL";
    for (const Mechanism mechanism : sasl) reply.append(" ").append(policy::name_of(mechanism));
    reply += "\r\n";
  }
  reply += "RESP-CODES\r\nAUTH-RESP-CODE\r\n";
  // A program that may pipeline sends PASS along with USER, before it can read the refusal.
  if (user || !sasl.empty()) reply += "PIPELINING\r\n";
  const bool stls = terms.stls == Stls::kOffered && link == Link::kPlaintext;
  if (stls && phase == Phase::kAuthorization) reply += "STLS\r\n";
  return reply += ".\r\n";
}

std::string mechanism_reply(const Terms& terms, Link link) {
  std::string reply = "+OK mechanism list follows\r\n";
  for (const Mechanism mechanism : usable_sasl(terms, link)) {
    reply.append(policy::name_of(mechanism)).append("\r\n");
  }
  return reply += ".\r\n";
}

}  // namespace postern::pop3
