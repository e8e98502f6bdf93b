// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/foreign.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "policy/word.hpp"
#include "proxy/pop3/command.hpp"

namespace postern::pop3 {
namespace {

struct Beginning {
  std::string_view text;
  Stranger stranger;
};

// Matched with their blanks, so that no POP3 verb is mistaken for one.
constexpr std::array kBeginnings = std::to_array<Beginning>({
    {"GET ", Stranger::kHttp},
    {"POST ", Stranger::kHttp},
    {"PUT ", Stranger::kHttp},
    {"HEAD ", Stranger::kHttp},
    {"OPTIONS ", Stranger::kHttp},
    {"CONNECT ", Stranger::kHttp},
    {"PATCH ", Stranger::kHttp},
    {"DELETE ", Stranger::kHttp},
    {"TRACE ", Stranger::kHttp},
    {"PRI ", Stranger::kHttp},
    {"EHLO ", Stranger::kSmtp},
    {"HELO ", Stranger::kSmtp},
    {"LHLO ", Stranger::kSmtp},
    {"MAIL FROM:", Stranger::kSmtp},
    {"SSH-", Stranger::kSsh},
    {"PROXY ", Stranger::kProxy},
    {std::string_view("\r\n\r\n\0", 5), Stranger::kProxy},  // version 2
    {FirstLine::kTlsRecord, Stranger::kTls},
});

// IMAP's commands come after a tag of the client's choice.
constexpr std::array<std::string_view, 6> kTagged = {
    "CAPABILITY", "LOGIN", "AUTHENTICATE", "STARTTLS", "ID", "LOGOUT",
};

bool is_imap(std::string_view line) noexcept {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || parse_command(line).verb != Verb::kUnknown) return false;
  line.remove_prefix(space + 1);
  const std::string_view word = line.substr(0, line.find_first_of(" \r"));
  return std::ranges::any_of(
      kTagged, [&](std::string_view tagged) { return policy::same_word(word, tagged); });
}

}  // namespace

std::string_view name_of(Stranger stranger) noexcept {
  switch (stranger) {
    case Stranger::kNone:
      return "";
    case Stranger::kHttp:
      return "HTTP";
    case Stranger::kSmtp:
      return "SMTP";
    case Stranger::kImap:
      return "IMAP";
    case Stranger::kSsh:
      return "SSH";
    case Stranger::kTls:
      return "TLS";
    case Stranger::kProxy:
      return "PROXY";
  }
  std::unreachable();
}

Stranger stranger_in(std::string_view beginning) noexcept {
  const auto* const found = std::ranges::find_if(kBeginnings, [&](const Beginning& one) {
    return policy::same_word(beginning.substr(0, one.text.size()), one.text);
  });
  if (found != kBeginnings.end()) return found->stranger;
  return is_imap(beginning) ? Stranger::kImap : Stranger::kNone;
}

Stranger FirstLine::judge(std::string_view line) noexcept {
  if (over_) return Stranger::kNone;
  if (line.empty()) {
    ++empty_lines_;
    return Stranger::kNone;
  }
  over_ = true;
  // Version 2 of PROXY begins with CRLF CRLF NUL CRLF, so that no server mistakes it for a command.
  const bool proxy = empty_lines_ == 2 && line == std::string_view("\0", 1);
  return proxy ? Stranger::kProxy : stranger_in(line);
}

}  // namespace postern::pop3
