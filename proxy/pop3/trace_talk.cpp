// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/trace_talk.hpp"

#include <variant>

#include "proxy/pop3/trace_line.hpp"

namespace postern::pop3 {

void trace(const Event& event, Authorization::State before, Shell& shell) {
  using State = Authorization::State;
  if (const auto* const client = std::get_if<LineReceived>(&event)) {
    const bool response = before == State::kSasl || before == State::kExchange;
    shell.traced(TraceLine::heard(client->line, response ? Hearing::kResponse : Hearing::kCommand));
  } else if (const auto* const backend = std::get_if<UpstreamLineReceived>(&event)) {
    shell.traced(TraceLine::replied(backend->line));
  }
}

void trace(const Action& action, Shell& shell) {
  if (const auto* const reply = std::get_if<SendDownstream>(&action)) {
    shell.traced(TraceLine::said(*reply));
  } else if (const auto* const message = std::get_if<SendUpstream>(&action)) {
    shell.traced(TraceLine::sent(*message));
  } else if (std::holds_alternative<Introduce>(action)) {
    shell.traced(TraceLine::introduced());
  }
}

}  // namespace postern::pop3
