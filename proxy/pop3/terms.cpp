#include "proxy/pop3/terms.hpp"

#include <algorithm>
#include <vector>

namespace postern::pop3 {
namespace {

using policy::Doubt;
using policy::Facts;
using policy::Mechanism;

// Whether the user is known before the secret is asked for. Then a login can be begun that only
// some users may finish.
bool names_user_first(Mechanism mechanism) noexcept {
  return mechanism == Mechanism::kUser || mechanism == Mechanism::kLogin ||
         !policy::shows_password(mechanism);
}

bool usable(const Terms& terms, const Facts& client, Mechanism mechanism) noexcept {
  const Doubt doubt = names_user_first(mechanism) ? Doubt::kAllows : Doubt::kDenies;
  return terms.rules.accepts(mechanism) &&
         terms.judge(client, mechanism, std::nullopt, doubt).allowed();
}

std::vector<Mechanism> usable_mechanisms(const Terms& terms, const Facts& client) {
  std::vector<Mechanism> list;
  for (const Mechanism mechanism : terms.rules.mechanisms()) {
    if (usable(terms, client, mechanism)) list.push_back(mechanism);
  }
  return list;
}

std::string sasl_line(const std::vector<Mechanism>& usable) {
  std::string line;
  for (const Mechanism mechanism : usable) {
    if (policy::is_sasl(mechanism)) line.append(" ").append(policy::name_of(mechanism));
  }
  return line.empty() ? line : "SASL" + line + "\r\n";
}

}  // namespace

policy::Verdict Terms::judge(policy::Facts client, Mechanism mechanism,
                             std::optional<std::string_view> user, Doubt doubt) const noexcept {
  client.mechanism = mechanism;
  client.user = user;
  return rules.evaluate(client, doubt);
}

std::string Terms::refusal(const policy::Verdict& verdict) const {
  std::string text = "-ERR ";
  if (!refusal_code.empty()) text.append("[").append(refusal_code).append("] ");
  if (verdict.ground != policy::Ground::kOldTls) return text += advice;
  text.append("TLS ").append(policy::name_of(verdict.floor)).append(" or newer is required: ");
  text.append("update your mail program.");
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

std::string capability_reply(const Terms& terms, const Facts& client, Phase phase) {
  std::string reply = "+OK capability list follows\r\nTOP\r\nUIDL\r\n";
  const auto mechanisms = usable_mechanisms(terms, client);
  const bool user = std::ranges::find(mechanisms, Mechanism::kUser) != mechanisms.end();
  if (user) reply += "USER\r\n";
  reply += sasl_line(mechanisms);
  reply += "RESP-CODES\r\nAUTH-RESP-CODE\r\n";
  // A program that may pipeline sends PASS along with USER, before it can read a refusal.
  const bool certain = std::ranges::all_of(mechanisms, [&](Mechanism mechanism) {
    return terms.judge(client, mechanism, std::nullopt, Doubt::kDenies).allowed();
  });
  if (certain && !mechanisms.empty()) reply += "PIPELINING\r\n";
  const bool stls = terms.stls == Stls::kOffered && !policy::is_tls(client.link);
  if (stls && phase == Phase::kAuthorization) reply += "STLS\r\n";
  return reply += ".\r\n";
}

std::string mechanism_reply(const Terms& terms, const Facts& client) {
  std::string reply = "+OK mechanism list follows\r\n";
  for (const Mechanism mechanism : usable_mechanisms(terms, client)) {
    if (policy::is_sasl(mechanism)) reply.append(policy::name_of(mechanism)).append("\r\n");
  }
  return reply += ".\r\n";
}

}  // namespace postern::pop3
