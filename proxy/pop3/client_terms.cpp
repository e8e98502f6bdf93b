// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/client_terms.hpp"

#include <algorithm>
#include <vector>

namespace postern::pop3 {
namespace {

using policy::Capability;
using policy::Doubt;
using policy::Facts;
using policy::Mechanism;

// Whether the user is known before the secret is asked for. Then a login can be begun that only
// some users may finish.
bool names_user_first(Mechanism mechanism) noexcept {
  return mechanism == Mechanism::kUser || mechanism == Mechanism::kLogin ||
         !policy::shows_password(mechanism);
}

bool usable(const ClientTerms& terms, const Facts& client, Mechanism mechanism) noexcept {
  if (mechanism == Mechanism::kExternal && client.cert == policy::ClientCert::kNone) return false;
  const Doubt doubt = names_user_first(mechanism) ? Doubt::kAllows : Doubt::kDenies;
  return terms.rules.accepts(mechanism) &&
         terms.judge(client, mechanism, std::nullopt, doubt).allowed();
}

// Whether a name may be said only to be told what is wrong. Over too old a TLS, that is all that
// the link is for.
bool is_talked_to(const ClientTerms& terms, const Facts& client) noexcept {
  const auto verdict = terms.judge(client, Mechanism::kUser, std::nullopt, Doubt::kAllows);
  if (verdict.allowed()) return false;
  const bool talkative = terms.before_tls == policy::BeforeTls::kTalkative;
  return verdict.ground == policy::Ground::kOldTls ||
         (verdict.ground == policy::Ground::kCleartext && talkative);
}

bool shows_stls(const ClientTerms& terms, const Facts& client) noexcept {
  return terms.stls == Stls::kOffered && !policy::is_tls(client.link) &&
         !terms.rules.hides_stls(client.peer, client.now);
}

std::vector<Mechanism> usable_mechanisms(const ClientTerms& terms, const Facts& client) {
  std::vector<Mechanism> list;
  for (const Mechanism mechanism : terms.rules.mechanisms()) {
    if (usable(terms, client, mechanism)) list.push_back(mechanism);
  }
  return list;
}

std::string sasl_names(const std::vector<Mechanism>& mechanisms) {
  std::string names;
  for (const Mechanism mechanism : mechanisms) {
    if (!policy::is_sasl(mechanism)) continue;
    names.append(names.empty() ? "" : " ").append(policy::name_of(mechanism));
  }
  return names;
}

// A program that may pipeline sends PASS along with USER, before it can read a refusal, and some do
// so whether USER is listed or not.
bool may_pipeline(const ClientTerms& terms, const Facts& client,
                  const std::vector<Mechanism>& mechanisms) noexcept {
  const auto allowed = [&](Mechanism mechanism) {
    const policy::Verdict verdict = terms.judge(client, mechanism, std::nullopt, Doubt::kDenies);
    return verdict.allowed() || verdict.ground == policy::Ground::kMechanism;
  };
  return !mechanisms.empty() && allowed(Mechanism::kUser) &&
         std::ranges::all_of(mechanisms, allowed);
}

// What works only if the backend does it, and may be used. As long as nothing is known of it, or
// where the administrator has made the list, TOP and UIDL are taken to be there: all servers of
// this century have them.
std::vector<Capability> backend_has(const ClientTerms& terms,
                                    const std::optional<BackendCapabilities>& backend) {
  const bool assumed = terms.capabilities || !backend;
  std::vector<Capability> list;
  const auto add = [&](Capability capability, policy::Command command, bool by_default) {
    const bool there = by_default || (backend && backend->has.contains(capability));
    if (there && terms.commands.contains(command)) list.push_back(capability);
  };
  add(Capability::kTop, policy::Command::kTop, assumed);
  add(Capability::kUidl, policy::Command::kUidl, assumed);
  add(Capability::kLang, policy::Command::kLang, false);
  return list;
}

}  // namespace

std::optional<BackendCapabilities> ClientTerms::known() const {
  std::optional<policy::CapabilitySet> common;
  for (const auto& backend : learned) {
    const auto has = backend->get();
    if (has) common = common ? common->common_with(*has) : *has;
  }
  if (!common) return std::nullopt;
  return BackendCapabilities{.has = *common, .expire = {}, .login_delay = {}};
}

bool ClientTerms::asks_for_capabilities() const noexcept {
  return !capabilities || capabilities->contains(Capability::kExpire) ||
         capabilities->contains(Capability::kLoginDelay) ||
         capabilities->contains(Capability::kLang);
}

policy::Verdict ClientTerms::judge(policy::Facts client, Mechanism mechanism,
                                   std::optional<std::string_view> user,
                                   Doubt doubt) const noexcept {
  client.mechanism = mechanism;
  client.user = user;
  return rules.evaluate(client, doubt);
}

std::string ClientTerms::refusal(const policy::Verdict& verdict) const {
  std::string text = "-ERR ";
  if (!refusal_code.empty()) text.append("[").append(refusal_code).append("] ");
  if (verdict.ground != policy::Ground::kOldTls) return text += advice;
  text.append("TLS ").append(policy::name_of(verdict.link)).append(" is no longer accepted: ");
  if (!help_text.empty()) return text += advice;
  text.append("TLS ").append(policy::name_of(verdict.floor));
  text.append(" or newer is required, so update your mail program.");
  if (!help_url.empty()) text.append(" ").append(help_url);
  return text;
}

std::string default_advice(std::string_view help_text, std::string_view help_url) {
  std::string advice(help_text);
  if (advice.empty()) {
    advice = R"(TLS is required: choose "SSL/TLS" on port 995 or "STARTTLS" in your mail program.)";
  }
  if (!help_url.empty()) advice.append(" ").append(help_url);
  return advice;
}

std::string capability_reply(const ClientTerms& terms, const Facts& client, Phase phase,
                             const std::optional<BackendCapabilities>& backend) {
  std::string reply = "+OK capability list follows\r\n";
  const auto show = [&](Capability capability, std::string_view argument = {}) {
    if (terms.capabilities && !terms.capabilities->contains(capability)) return;
    reply.append(policy::name_of(capability)).append(argument.empty() ? "" : " ");
    reply.append(argument).append("\r\n");
  };
  const bool before = phase == Phase::kAuthorization;
  const auto mechanisms = usable_mechanisms(terms, client);
  const std::string sasl = sasl_names(mechanisms);
  for (const Capability capability : backend_has(terms, backend)) show(capability);
  const bool takes_user = std::ranges::find(mechanisms, Mechanism::kUser) != mechanisms.end();
  if (takes_user || (before && is_talked_to(terms, client))) show(Capability::kUser);
  if (!sasl.empty()) show(Capability::kSasl, sasl);
  show(Capability::kRespCodes);
  show(Capability::kAuthRespCode);
  if (may_pipeline(terms, client, mechanisms)) show(Capability::kPipelining);
  if (before && shows_stls(terms, client)) show(Capability::kStls);
  if (backend && !backend->expire.empty()) show(Capability::kExpire, backend->expire);
  if (backend && !backend->login_delay.empty()) {
    show(Capability::kLoginDelay, backend->login_delay);
  }
  return reply += ".\r\n";
}

std::string mechanism_reply(const ClientTerms& terms, const Facts& client) {
  std::string reply = "+OK mechanism list follows\r\n";
  for (const Mechanism mechanism : usable_mechanisms(terms, client)) {
    if (policy::is_sasl(mechanism)) reply.append(policy::name_of(mechanism)).append("\r\n");
  }
  return reply += ".\r\n";
}

}  // namespace postern::pop3
