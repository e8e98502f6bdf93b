// SPDX-License-Identifier: Apache-2.0
// What a client may ask once it is logged in (RFC 1939 section 5): each line is judged, and what
// goes on to the backend is written anew in canonical form.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/pop3/answer.hpp"
#include "proxy/pop3/client_terms.hpp"
#include "proxy/pop3/command.hpp"
#include "proxy/pop3/line_splitter.hpp"

namespace postern::pop3 {

struct Request {
  Verb verb = Verb::kUnknown;
  Answer answer = Answer::kUnknownCommand;
};

/// Judges one line. Where it is forwarded, the canonical command is appended to `upstream`.
Request take_request(const Line& line, const ClientTerms& terms, std::string& upstream);

}  // namespace postern::pop3
