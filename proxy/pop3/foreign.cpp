#include "proxy/pop3/foreign.hpp"

#include <algorithm>
#include <array>

#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/command.hpp"

namespace postern::pop3 {
namespace {

// Matched with their blanks, so that no POP3 verb is mistaken for one.
constexpr std::array<std::string_view, 17> kOpenings = {
    "GET ", "POST ", "PUT ",  "HEAD ", "OPTIONS ",   "CONNECT ", "PATCH ", "DELETE ",  "TRACE ",
    "PRI ", "EHLO ", "HELO ", "LHLO ", "MAIL FROM:", "SSH-",     "PROXY ", "\x16\x03",  // TLS
};

// IMAP's commands stand behind a tag of the client's choice.
constexpr std::array<std::string_view, 6> kTagged = {
    "CAPABILITY", "LOGIN", "AUTHENTICATE", "STARTTLS", "ID", "LOGOUT",
};

bool is_imap(std::string_view line) noexcept {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || parse_command(line).verb != Verb::kUnknown) return false;
  line.remove_prefix(space + 1);
  const std::string_view word = line.substr(0, line.find_first_of(" \r"));
  return std::ranges::any_of(
      kTagged, [&](std::string_view tagged) { return equal_ignoring_case(word, tagged); });
}

}  // namespace

bool is_foreign_protocol(std::string_view first_line) noexcept {
  const bool opened = std::ranges::any_of(kOpenings, [&](std::string_view opening) {
    return equal_ignoring_case(first_line.substr(0, opening.size()), opening);
  });
  return opened || is_imap(first_line);
}

std::string_view complaint_about(LineForm form) noexcept {
  switch (form) {
    case LineForm::kBareLf:
      return "-ERR a line ends with CRLF, not with LF";
    case LineForm::kMalformed:
      return "-ERR a line must not hold NUL or CR";
    case LineForm::kTooLong:
      return "-ERR line too long";
    case LineForm::kGood:
      break;
  }
  return "-ERR malformed line";
}

}  // namespace postern::pop3
