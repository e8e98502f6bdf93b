#include "proxy/pop3/foreign.hpp"

#include <algorithm>
#include <array>

#include "proxy/pop3/ascii.hpp"

namespace postern::pop3 {
namespace {

// HTTP's methods are matched with their blank, so that no POP3 verb is mistaken for one.
constexpr std::array<std::string_view, 13> kOpenings = {
    "GET ", "POST ", "PUT ",  "HEAD ", "OPTIONS ", "CONNECT ", "PATCH ",
    "PRI ", "EHLO ", "HELO ", "LHLO ", "SSH-",     "PROXY ",
};

}  // namespace

bool is_foreign_protocol(std::string_view first_line) noexcept {
  return std::ranges::any_of(kOpenings, [&](std::string_view opening) {
    return equal_ignoring_case(first_line.substr(0, opening.size()), opening);
  });
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
