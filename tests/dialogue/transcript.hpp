// SPDX-License-Identifier: Apache-2.0
// A conversation as text, parsed: who says what, and what has to come of it. The format is
// described in the README of this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/pop3/backend_terms.hpp"
#include "proxy/pop3/client_terms.hpp"

namespace postern::session_test {

enum class StepKind : std::uint8_t {
  kClient,         // "C:" and "C+:", bytes that may be split and joined at will
  kClientPinned,   // "C=:", one segment as it stands
  kBackend,        // "B<" and "B<+"
  kBackendPinned,  // "B<="
  kEvent,          // "+ "
  kDownstream,     // "S:", a line without its CRLF
  kDownstreamRaw,  // "S+:"
  kUpstream,       // "B>"
  kUpstreamRaw,    // "B>+"
  kNote,           // "! "
  kState,          // "? "
};

bool is_input(StepKind kind) noexcept;

struct Step {
  StepKind kind;
  std::string text;         // escapes replaced; of inputs, with the CRLF
  bool open_ended = false;  // a line that ends with "…": only its beginning is compared
  std::size_t line = 0;     // in the file
};

struct Transcript {
  std::string name;
  pop3::ClientTerms terms;
  pop3::BackendTerms backend;
  policy::BaseRule base;  // goes into the terms, with the exceptions
  std::vector<policy::Exception> exceptions;
  policy::Facts client;
  std::string certified;              // whom the client's certificate names
  bool by_user = false;               // the backend is known when the login is admitted, not before
  std::vector<std::string> down_for;  // of those users; "*": all
  std::string told;                   // the user's name there; empty: as typed
  bool logged_in = false;             // begins in the transaction state
  bool deadlines = false;             // "! deadline …" is expected too
  bool penalties = false;             // they last until "+ expired penalty"
  std::vector<Step> steps;
};

/// Throws std::runtime_error with name and line for a text that is not a transcript, and for one
/// without an expectation.
Transcript parse_transcript(std::string name, std::string_view text);

/// All *.transcript files of a folder, by name. Throws when there is none, or one cannot be parsed.
std::vector<Transcript> load_transcripts(const std::filesystem::path& folder);

}  // namespace postern::session_test
