// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/tallies.hpp"

#include <utility>

namespace postern::session {

using admin::Metric;

namespace {

using pop3::CommandResult;

constexpr std::array<std::pair<CommandResult, std::string_view>, pop3::kCommandResultCount>
    kResults = {{{CommandResult::kOk, "ok"},
                 {CommandResult::kError, "error"},
                 {CommandResult::kRefused, "refused"}}};

}  // namespace

Tallies::Tallies(admin::Counters& counters)
    : counters_(counters),
      wire_{counters.counter(Metric::kClientBytes, {"in"}).number(),
            counters.counter(Metric::kClientBytes, {"out"}).number()} {
  for (std::size_t i = 0; i < pop3::kVerbCount; ++i) {
    const auto verb = static_cast<pop3::Verb>(i);
    const std::string_view name = verb == pop3::Verb::kUnknown ? "unknown" : pop3::name_of(verb);
    for (const auto& [result, word] : kResults) {
      commands_.give(verb, result, counters.counter(Metric::kCommands, {name, word}).number());
    }
  }
}

ListenerTally& Tallies::of(std::string_view listener) {
  const auto known = listeners_.find(listener);
  if (known != listeners_.end()) return known->second;
  ListenerTally& tally = listeners_[std::string(listener)];
  tally.name = listener;
  tally.connections = &counters_.counter(Metric::kConnectionsTotal, {listener});
  for (std::size_t i = 0; i < kStateCount; ++i) {
    tally.in_state.at(i) =
        &counters_.counter(Metric::kConnections, {listener, name_of(static_cast<State>(i))});
  }
  for (const pop3::EndedBy side :
       {pop3::EndedBy::kClient, pop3::EndedBy::kBackend, pop3::EndedBy::kGateway}) {
    tally.ended_by.at(static_cast<std::size_t>(side)) =
        &counters_.counter(Metric::kSessions, {listener, name_of(side)});
  }
  return tally;
}

}  // namespace postern::session
