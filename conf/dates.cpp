// SPDX-License-Identifier: Apache-2.0
#include "conf/dates.hpp"

#include <fmt/format.h>

#include "conf/listener_rules.hpp"
#include "policy/date.hpp"

namespace postern::conf {
namespace {

using policy::Enforcement;
using policy::Mode;
using policy::Moment;

class Calendar {
 public:
  Calendar(const Document& document, Moment now) : document_(document), now_(now) {}

  Diagnostics read();

 private:
  void rollout(const Rollout& rollout, const std::string& path, std::string_view whose);
  void brownout();
  void exception(const Exception& exception, std::size_t index);
  void guard();
  void warn(std::string_view check, Mark mark, std::string text);

  const Document& document_;
  Moment now_;
  Diagnostics warnings_;
};

void Calendar::warn(std::string_view check, Mark mark, std::string text) {
  warnings_.push_back(about(document_, mark, {std::string(check), std::move(text)}));
}

void Calendar::rollout(const Rollout& rollout, const std::string& path, std::string_view whose) {
  const Enforcement enforcement = enforcement_of(rollout, Enforcement::always());
  if (enforcement.at(now_) == Mode::kEnforce) return;
  std::string key = path + ".mode";
  if (rollout.report_only_until) key = path + ".report_only_until";
  if (rollout.enforce_from) key = path + ".enforce_from";
  const bool open_ended = enforcement.start() == Moment::max();
  const std::string until =
      open_ended ? "until somebody changes it" : "until " + policy::date_text(enforcement.start());
  warn("policy-report-only", mark_of(document_, key),
       fmt::format("{} is not enforced but only reported: passwords may pass in clear {}", whose,
                   until));
}

// What is enforced for everybody cannot be for some.
void Calendar::brownout() {
  const Policy& policy = document_.settings.live.policy;
  if (enforcement_of(policy.rollout, Enforcement::always()).at(now_) != Mode::kEnforce) return;
  const auto tell = [this](const std::string& key) {
    warn("setting-idle", mark_of(document_, key),
         fmt::format("`{}` has no effect: the policy is enforced, and it is for the time of `mode` "
                     "= \"report-only\"",
                     key));
  };
  if (policy.enforce_percent != 0) tell("policy.enforce_percent");
  if (!policy.enforce_hours.empty()) tell("policy.enforce_hours");
}

void Calendar::exception(const Exception& exception, std::size_t index) {
  const std::string path = fmt::format("policy.exception[{}]", index);
  if (exception.expires && now_ >= *exception.expires) {
    return warn("exception-expired", mark_of(document_, path + ".expires"),
                fmt::format("this exception expired on {} and is ignored",
                            policy::date_text(*exception.expires)));
  }
  rollout(exception.rollout, path, "this exception");
}

void Calendar::guard() {
  if (document_.settings.live.limits.auth_failures.mode == policy::GuardMode::kEnforce) return;
  warn("guard-report-only", mark_of(document_, "limits.auth_failures.mode"),
       "guessing passwords is not hindered but only reported");
}

Diagnostics Calendar::read() {
  const Policy& policy = document_.settings.live.policy;
  rollout(policy.rollout, "policy", "the policy");
  brownout();
  for (std::size_t i = 0; i < policy.exceptions.size(); ++i) exception(policy.exceptions[i], i);
  guard();
  return std::move(warnings_);
}

}  // namespace

Diagnostics about_dates(const Document& document, Moment now) {
  return Calendar(document, now).read();
}

}  // namespace postern::conf
