// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/client_record.hpp"

#include "proxy/pop3/conversation.hpp"

namespace postern::pop3 {

void ClientRecord::note(const Conversation& conversation) {
  user = conversation.claim().user();
  mechanism = conversation.claim().mechanism();
  attempts = conversation.authorization().attempts();
  bad_commands = conversation.authorization().bad_commands();
  stranger = conversation.stranger();
  if (const auto verb = conversation.last_verb()) last_verb = verb;
}

}  // namespace postern::pop3
