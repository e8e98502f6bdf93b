// What a client may ask once it is logged in (RFC 1939 section 5): each line is judged, and what
// goes on to the backend is written anew in canonical form.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/pop3/command.hpp"
#include "proxy/pop3/line_splitter.hpp"
#include "proxy/pop3/terms.hpp"

namespace postern::pop3 {

/// The form of the backend's reply, or the answer that is given here instead.
enum class Answer : std::uint8_t {
  kSingle,           // forwarded; one line
  kMulti,            // forwarded; a body follows a `+OK`
  kQuit,             // forwarded; the session ends with it
  kCapabilities,     // forwarded; the body is read here, and ours takes its place
  kOwnCapabilities,  // ours without asking
  kOwnNotAllowed,
  kOwnUnknown,
  kOwnLoggedIn,
  kOwnBadArgument,
  kOwnBareLf,
  kOwnMalformed,
  kOwnTooLong,
  kOwnFarewell,  // too many bad commands: the session ends with it
};

struct Request {
  Verb verb = Verb::kUnknown;
  Answer answer = Answer::kOwnUnknown;
};

/// Judges one line. Where it is forwarded, the canonical command is appended to `upstream`.
Request take_request(const Line& line, const Terms& terms, std::string& upstream);

/// Whether the answer is given here, and whether it counts as a bad command.
bool is_own(Answer answer) noexcept;
bool is_bad(Answer answer) noexcept;

/// The text of an own answer with its CRLF; empty for forwarded ones and for kOwnCapabilities.
std::string_view text_of(Answer answer) noexcept;

}  // namespace postern::pop3
