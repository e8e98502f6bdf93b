// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/habit_step.hpp"

#include <array>
#include <cstddef>

#include "policy/word.hpp"

namespace postern::pop3 {
namespace {

using policy::Step;

Step step_for_auth(std::string_view argument) noexcept {
  if (argument.empty()) return Step::kAuth;
  const std::size_t blank = argument.find(' ');
  const std::string_view mechanism = argument.substr(0, blank);
  const bool at_once = blank != std::string_view::npos;
  if (policy::same_word(mechanism, "PLAIN")) return at_once ? Step::kPlainAtOnce : Step::kPlain;
  if (policy::same_word(mechanism, "LOGIN")) return at_once ? Step::kLoginAtOnce : Step::kLogin;
  return Step::kSasl;
}

// For each verb what it is where its argument tells nothing more.
constexpr std::array<Step, kVerbCount> kSteps = {
    Step::kUser, Step::kPass,  Step::kApop,  Step::kAuth, Step::kCapa,  Step::kStls, Step::kQuit,
    Step::kNoop, Step::kStat,  Step::kList,  Step::kRetr, Step::kDele,  Step::kRset, Step::kTop,
    Step::kUidl, Step::kOther, Step::kOther, Step::kLast, Step::kOther,
};
static_assert(kSteps.back() == Step::kOther,
              "every verb has its step, and the unknown one the last");

Step step_for(Verb verb) noexcept { return kSteps[static_cast<std::size_t>(verb)]; }

}  // namespace

Step step_for(const Command& command) noexcept {
  if (command.verb == Verb::kAuth) return step_for_auth(command.argument.value_or(""));
  return step_for(command.verb);
}

Step step_for(const Request& request, std::string_view sent) noexcept {
  if (request.answer == Answer::kSingle) {
    if (request.verb == Verb::kList) return Step::kListOne;
    if (request.verb == Verb::kUidl) return Step::kUidlOne;
  }
  if (request.verb == Verb::kTop && sent.ends_with(" 0\r\n")) return Step::kTopHeader;
  return step_for(request.verb);
}

}  // namespace postern::pop3
