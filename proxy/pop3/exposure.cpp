#include "proxy/pop3/exposure.hpp"

#include "proxy/pop3/ascii.hpp"

namespace postern::pop3 {
namespace {

constexpr bool is_graphic(char c) noexcept { return is_printable(c) && c != ' '; }

// The next word; everything that is not graphic ASCII parts words.
std::string_view take_word(std::string_view& line) noexcept {
  std::size_t begin = 0;
  while (begin < line.size() && !is_graphic(line[begin])) ++begin;
  std::size_t end = begin;
  while (end < line.size() && is_graphic(line[end])) ++end;
  const std::string_view word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

}  // namespace

std::optional<policy::Mechanism> shown_password(std::string_view line) noexcept {
  using policy::Mechanism;
  const std::string_view verb = take_word(line);
  if (equal_ignoring_case(verb, "PASS")) {
    if (line.size() > 1) return Mechanism::kUser;
  } else if (equal_ignoring_case(verb, "AUTH")) {
    const bool plain = policy::sasl_mechanism_from(take_word(line)) == Mechanism::kPlain;
    if (plain && take_word(line).size() > 1) return Mechanism::kPlain;
  }
  return std::nullopt;
}

}  // namespace postern::pop3
