#include "proxy/pop3/terms.hpp"

#include <algorithm>

namespace postern::pop3 {
namespace {

using policy::Capability;
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

std::string names_of(const std::vector<Mechanism>& mechanisms) {
  std::string names;
  for (const Mechanism mechanism : mechanisms) {
    names.append(names.empty() ? "" : " ").append(policy::name_of(mechanism));
  }
  return names;
}

// What works only if the backend does it, and may be used. As long as nothing is known of it, or
// where the administrator has made the list, TOP and UIDL are taken to be there: all servers of
// this century have them.
std::vector<Capability> backend_has(const Terms& terms, const BackendCapabilities* backend) {
  std::optional<policy::CapabilitySet> known;
  if (backend != nullptr) {
    known = backend->has;
  } else if (terms.learned) {
    known = terms.learned->get();
  }
  const bool assumed = terms.capabilities || !known;
  std::vector<Capability> list;
  const auto add = [&](Capability capability, policy::Command command, bool by_default) {
    const bool there = by_default || (known && known->contains(capability));
    if (there && terms.commands.contains(command)) list.push_back(capability);
  };
  add(Capability::kTop, policy::Command::kTop, assumed);
  add(Capability::kUidl, policy::Command::kUidl, assumed);
  add(Capability::kLang, policy::Command::kLang, false);
  return list;
}

}  // namespace

bool Terms::asks_for_capabilities() const noexcept {
  return !capabilities || capabilities->contains(Capability::kExpire) ||
         capabilities->contains(Capability::kLoginDelay) ||
         capabilities->contains(Capability::kLang);
}

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

std::string capability_reply(const Terms& terms, Link link, Phase phase,
                             const BackendCapabilities* backend) {
  std::string reply = "+OK capability list follows\r\n";
  const auto show = [&](Capability capability, std::string_view argument = {}) {
    if (terms.capabilities && !terms.capabilities->contains(capability)) return;
    reply.append(policy::name_of(capability)).append(argument.empty() ? "" : " ");
    reply.append(argument).append("\r\n");
  };
  const bool user = usable(terms, link, Mechanism::kUser);
  const auto sasl = usable_sasl(terms, link);
  for (const Capability capability : backend_has(terms, backend)) show(capability);
  if (user) show(Capability::kUser);
  if (!sasl.empty()) show(Capability::kSasl, names_of(sasl));
  show(Capability::kRespCodes);
  show(Capability::kAuthRespCode);
  // A program that may pipeline sends PASS along with USER, before it can read the refusal.
  if (user || !sasl.empty()) show(Capability::kPipelining);
  const bool stls = terms.stls == Stls::kOffered && link == Link::kPlaintext;
  if (stls && phase == Phase::kAuthorization) show(Capability::kStls);
  if (backend != nullptr && !backend->expire.empty()) show(Capability::kExpire, backend->expire);
  if (backend != nullptr && !backend->login_delay.empty()) {
    show(Capability::kLoginDelay, backend->login_delay);
  }
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
