// SPDX-License-Identifier: Apache-2.0
// Plays a client that is only imagined against a real dialogue, before a backend that says yes to
// everything: what `postern explain` foretells is what the code of every session does.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/verdict.hpp"
#include "proxy/pop3/backend_terms.hpp"
#include "proxy/pop3/client_terms.hpp"
#include "proxy/pop3/event.hpp"
#include "proxy/pop3/shell.hpp"

namespace postern::explain {

/// When a client shows its first SASL message (RFC 5034 section 4).
enum class FirstMessage { kWhenAsked, kWithAuth };

/// Somebody who logs in, over a link that is ready.
struct Part {
  policy::Facts client;  // where from, over which link, when, and by which mechanism
  std::string user;      // empty: somebody whom no rule names
  FirstMessage first_message = FirstMessage::kWhenAsked;
  std::string command = {};  // tried after the login; empty: none
};

/// Where somebody who is only imagined is sent; all that it names outlives the rehearsal.
struct Lead {
  const pop3::BackendTerms* anybodys = nullptr;  // as for a dialogue
  std::function<pop3::LoginAdmitted(const pop3::Login& login)> admit;
};

/// A line of the client, and what it reads then. Secrets are replaced by words in angle brackets.
struct Turn {
  std::string said;
  std::string heard;  // without the last CRLF
};

struct Course {
  std::vector<std::string> capabilities;  // before the login, one an element
  bool logged_in = false;
  std::vector<Turn> turns;            // up to the end of the login
  std::vector<std::string> backend;   // the lines that it hears meanwhile, secrets replaced
  std::vector<pop3::Report> reports;  // for the log; they refer to the terms
  bool unvouched = false;             // the backend cannot take our word for the user
  std::string user;                   // who the dialogue takes it to be; empty: it cannot know
  std::optional<Turn> command;        // `heard` is empty where the backend answers,
  std::string forwarded;              // and this is what it hears
};

/// What would become of it. `terms` must outlive what is returned.
Course rehearse(const pop3::ClientTerms& terms, const Lead& lead, const Part& part);

/// The name that is played where nobody is named.
inline constexpr std::string_view kAnybody = "~";

}  // namespace postern::explain
