// SPDX-License-Identifier: Apache-2.0
// Who may log in, and how: the keys of the policy and of its exceptions.
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "conf/access.hpp"
#include "conf/names.hpp"
#include "conf/schema_parts.hpp"
#include "conf/words.hpp"

namespace postern::conf {
namespace {

constexpr auto kAddException = [](Settings& settings, Mark mark) {
  settings.live.policy.exceptions.emplace_back().mark = Place{mark};
};
constexpr auto kCountExceptions = [](const Settings& settings) {
  return settings.live.policy.exceptions.size();
};

std::vector<policy::Mechanism>& mechanisms(Target target) {
  return target.settings->live.policy.mechanisms;
}

Words mechanism_field() {
  return {
      .names = mechanism_words(),
      .get =
          [](Target target) {
            std::vector<int> values;
            for (const auto one : mechanisms(target)) values.push_back(static_cast<int>(one));
            return values;
          },
      .add = [](Target target,
                int value) { mechanisms(target).push_back(static_cast<policy::Mechanism>(value)); },
      .clear = [](Target target) { mechanisms(target).clear(); }};
}

policy::CommandSet& commands(Target target) { return target.settings->live.policy.commands; }

Words command_field() {
  return {.names = command_words(),
          .get =
              [](Target target) {
                std::vector<int> values;
                for (int i = 0; i < static_cast<int>(policy::kCommandCount); ++i) {
                  if (commands(target).contains(static_cast<policy::Command>(i)))
                    values.push_back(i);
                }
                return values;
              },
          .add = [](Target target,
                    int value) { commands(target).add(static_cast<policy::Command>(value)); },
          .clear = [](Target target) { commands(target) = {}; },
          .shorthand = Shorthand{.word = "read-only", .is = nullptr, .set = [](Target target) {
                                   commands(target) = policy::kReadOnlyCommands;
                                 }}};
}

std::optional<policy::CapabilitySet>& capabilities(Target target) {
  return target.settings->live.policy.capabilities;
}

Words capability_field() {
  return {
      .names = capability_words(),
      .get =
          [](Target target) {
            const policy::CapabilitySet shown =
                capabilities(target).value_or(policy::CapabilitySet());
            std::vector<int> values;
            for (int i = 0; i < static_cast<int>(policy::kCapabilityCount); ++i) {
              if (shown.contains(static_cast<policy::Capability>(i))) values.push_back(i);
            }
            return values;
          },
      .add = [](Target target,
                int value) { capabilities(target)->add(static_cast<policy::Capability>(value)); },
      .clear = [](Target target) { capabilities(target).emplace(); },
      .shorthand = Shorthand{.word = "auto",
                             .is = [](Target target) { return !capabilities(target); },
                             .set = [](Target target) { capabilities(target).reset(); }}};
}

// clang-format off
const std::array kPolicyKeys = {
    Key{"policy.login", word<at<&Live::policy, &Policy::login>>(level_words(), level_alias),
        "tls-required, tls-for-plaintext or plaintext-allowed", R"("tls-required")"},
    Key{"policy.mode", word<rollout<&Rollout::mode>>(mode_words()),
        "enforce, or report-only: say who would be refused, and let them in", R"("report-only")"},
    Key{"policy.report_only_until", Date{rollout<&Rollout::report_only_until>},
        "report-only ends here by itself; a day begins at 00:00 UTC", R"("2027-03-31")"},
    Key{"policy.enforce_from", Date{rollout<&Rollout::enforce_from>},
        "report-only before, enforced from then on", R"("2027-03-31")"},
    Key{"policy.enforce_percent", Number{at<&Live::policy, &Policy::enforce_percent>, 0, 100},
        "while report-only: in so many of 100 sessions it is enforced all the same; 0 is off", "10"},
    Key{"policy.enforce_hours", Text{at<&Live::policy, &Policy::enforce_hours>, fault_of_hours},
        "while report-only: in these hours, in UTC, it is enforced all the same; empty is off",
        R"("09:00-10:00")"},
    Key{"policy.mechanisms", mechanism_field(),
        "ways to log in that are offered", R"(["USER", "PLAIN", "LOGIN"])"},
    Key{"policy.commands", command_field(),
        "what a client may do after login: a list, or read-only, which is all but DELE",
        R"(["STAT", "LIST", "RETR", "UIDL", "TOP", "DELE", "NOOP", "RSET", "CAPA"])"},
    Key{"policy.capabilities", capability_field(),
        "what CAPA shows: auto, what the backend has and postern knows; or a list",
        R"(["TOP", "UIDL", "USER", "SASL", "STLS", "RESP-CODES", "AUTH-RESP-CODE"])"},
    Key{"policy.help_text", Text{at<&Live::policy, &Policy::help_text>, fault_of_help},
        "replaces the advice that a refused client reads; empty keeps the built-in one",
        R"("TLS is required: see the help page")"},
    Key{"policy.help_url", Text{at<&Live::policy, &Policy::help_url>, fault_of_help},
        "appended to that advice", R"("https://help.example.com/mail")"},
    Key{"policy.refusal_code", Text{at<&Live::policy, &Policy::refusal_code>, fault_of_refusal_code},
        "response code of a refusal by policy: SYS/PERM, SYS/TEMP, AUTH or none", R"("SYS/PERM")"},
    Key{"policy.on_plaintext",
        word<at<&Live::policy, &Policy::on_plaintext>>(on_plaintext_words()),
        "a login without TLS that may not be: refuse it, or disconnect as well", R"("refuse")"},
    Key{"policy.exposed", word<at<&Live::policy, &Policy::exposed>>(on_exposed_words()),
        "a password that was seen in clear logs in: warn, or deny it until it is changed",
        R"("warn")"},
    Key{"policy.before_tls", word<at<&Live::policy, &Policy::before_tls>>(before_tls_words()),
        "CAPA before TLS: strict, or talkative: lists USER, which is refused with the advice",
        R"("talkative")"},

    Key{"policy.exception", List{kAddException, kCountExceptions},
        "other rules for some; the first that fits decides", "[[policy.exception]]"},
    Key{"policy.exception.networks", Networks{exception<&Exception::networks>},
        "from where; empty is from everywhere", R"(["10.0.0.0/8", "2001:db8::/32"])"},
    Key{"policy.exception.users", Texts{exception<&Exception::users>, fault_of_user},
        "who, in any case of letters; * stands for any characters; empty is everybody",
        R"(["scanner", "*@old.example.com"])"},
    Key{"policy.exception.listeners", Texts{exception<&Exception::listeners>, fault_of_name},
        "names of listeners; empty is all", R"(["pop3"])"},
    Key{"policy.exception.login", word<exception<&Exception::login>>(level_words(), level_alias),
        "overrides policy.login", R"("plaintext-allowed")"},
    Key{"policy.exception.min_version", word<exception<&Exception::min_version>>(version_words()),
        "overrides tls.min_version", R"("1.0")"},
    Key{"policy.exception.mode", word<exception_rollout<&Rollout::mode>>(mode_words()),
        "overrides policy.mode", R"("report-only")"},
    Key{"policy.exception.report_only_until",
        Date{exception_rollout<&Rollout::report_only_until>},
        "report-only ends here by itself", R"("2027-03-31")"},
    Key{"policy.exception.enforce_from", Date{exception_rollout<&Rollout::enforce_from>},
        "report-only before, enforced from then on", R"("2027-03-31")"},
    Key{"policy.exception.stls", word<exception<&Exception::stls>>(stls_listing_words()),
        "hide: CAPA does not list STLS; it is answered all the same", R"("hide")"},
    Key{"policy.exception.comment", Text{exception<&Exception::comment>, fault_of_comment},
        "why, for those who come later", R"("scanners on the second floor, ticket 4711")"},
    Key{"policy.exception.expires", Date{exception<&Exception::expires>},
        "from then on it is ignored", R"("2027-03-31")"},
};
// clang-format on

}  // namespace

std::span<const Key> policy_keys() { return kPolicyKeys; }

std::optional<int> level_alias(std::string_view word) {
  const std::optional<policy::Level> level = policy::level_from(word);
  return level ? std::optional(static_cast<int>(*level)) : std::nullopt;
}

}  // namespace postern::conf
