// SPDX-License-Identifier: Apache-2.0
// What a configuration has in store for a client that is only imagined, and why: what `postern
// explain` tells.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "conf/reader.hpp"
#include "policy/route.hpp"
#include "policy/verdict.hpp"
#include "proxy/explain/rehearsal.hpp"

namespace postern::explain {

struct Question {
  std::size_t listener = 0;  // position in the configuration
  Part part;
  // The name that the client asks for in TLS, which may lead to another listener of the address;
  // an empty one for a client that asks for none. Without it, one that leads to this listener.
  std::optional<std::string> sni = {};
};

/// Where a login goes.
struct Whereto {
  std::string route;    // its name, or file:line; empty: none is needed
  std::string backend;  // its name
  std::string user;     // what the backend is told; empty where nobody is named
  std::string reach;    // how its addresses are chosen from and looked after
};

/// What becomes of those sessions that a brownout picks out.
struct Drawn {
  std::vector<conf::Origin> rules;  // keys by which they are
  std::string heard;                // what the client reads then
};

struct Explanation {
  std::size_t listener = 0;  // whose settings hold: the name's, or where the client connects
  policy::Decision decision = policy::Decision::kDeny;
  std::string reason;               // the log's word for what is lacking; empty with kAllow
  conf::Origin rule;                // the key that decided; without a key where no rule is to blame
  conf::Origin mode;                // unless allowed, the key that says whether it is enforced
  std::optional<Drawn> drawn;       // of a login that is let through, and not always
  std::optional<Whereto> way;       // empty: no route fits
  std::string comment;              // of the exception that decided
  std::vector<conf::Origin> shown;  // keys by which CAPA lists more or less than what is to be had
  Course course;                    // empty where TLS fails before a word is said
  std::vector<std::string> log;     // the lines of the decision, as this configuration writes them
  conf::Origin command_rule;        // where a command was asked about and a list decided it
  std::string link;                 // how the backend is reached, if it is, under TLS; else empty
  std::string note;                 // what else the one who asks should know; may be empty
};

/// Pure but for the bytes that a rehearsal moves in memory: nothing is opened. `maps` has what the
/// routes' files hold.
Explanation foretell(const conf::Document& document, const Question& question,
                     const policy::MapLookup& maps);

}  // namespace postern::explain
