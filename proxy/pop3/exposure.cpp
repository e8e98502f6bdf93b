// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/exposure.hpp"

#include <utility>

#include "policy/word.hpp"
#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/base64.hpp"
#include "proxy/pop3/command.hpp"
#include "proxy/pop3/sasl_name.hpp"

namespace postern::pop3 {
namespace {

using policy::Mechanism;

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

constexpr bool is_space(char c) noexcept { return c == ' ' || is_control(c); }

std::string_view trimmed(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// A password may have blanks around it; what else stands there is none of it.
std::string_view without_controls_around(std::string_view text) noexcept {
  while (!text.empty() && is_control(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_control(text.back())) text.remove_suffix(1);
  return text;
}

// With a control byte in the middle nobody can tell what it is.
std::string_view told(std::string_view text) noexcept {
  return has_control(text) ? std::string_view() : text;
}

// Words that a client says on its own, so that they are no responses.
bool is_command(std::string_view line) noexcept {
  if (parse_command(line).verb != Verb::kUnknown) return true;
  const std::string_view verb = take_word(line);
  return policy::same_word(verb, "USER") || policy::same_word(verb, "PASS") ||
         policy::same_word(verb, "AUTH");
}

}  // namespace

Exposure::Sight Exposure::see(std::string_view line) {
  shown_.reset();
  if (in_exchange_ && !is_command(line)) return see_response(line);
  in_exchange_ = false;
  return see_command(line);
}

Exposure::Sight Exposure::see_answer(std::string_view line) {
  shown_.reset();
  return in_exchange_ ? see_response(line) : Sight::kNothing;
}

std::optional<Shown> Exposure::take() noexcept { return std::exchange(shown_, std::nullopt); }

Exposure::Sight Exposure::see_command(std::string_view line) {
  const std::string_view verb = take_word(line);
  if (policy::same_word(verb, "USER")) {
    name_ = told(trimmed(line));
  } else if (policy::same_word(verb, "PASS") && line.size() > 1) {
    mechanism_ = Mechanism::kUser;
    return show(line.substr(1));
  } else if (policy::same_word(verb, "AUTH")) {
    return see_auth(line);
  }
  return Sight::kNothing;
}

Exposure::Sight Exposure::see_auth(std::string_view argument) {
  const auto mechanism = policy::sasl_mechanism_from(take_word(argument));
  if (!mechanism || !policy::shows_password(*mechanism)) return Sight::kNothing;
  mechanism_ = *mechanism;
  name_.clear();
  in_exchange_ = true;
  expects_secret_ = false;
  const bool raw = argument.find('\0') != std::string_view::npos;
  const std::string_view response = raw ? argument.substr(1) : trimmed(argument);
  return response.empty() ? Sight::kNothing : see_response(response);
}

Exposure::Sight Exposure::see_response(std::string_view response) {
  in_exchange_ = false;
  if (trimmed(response) == "*") return Sight::kStep;
  switch (mechanism_) {
    case Mechanism::kPlain:
      return see_plain(response);
    case Mechanism::kLogin:
      return see_login(response);
    default:
      return see_token(response);
  }
}

// Two NULs part identity, name and password (RFC 4616); with one alone some take what stands before
// it for the name. Whoever does not know base64 sends it as it is.
Exposure::Sight Exposure::see_plain(std::string_view response) {
  const bool raw = response.find('\0') != std::string_view::npos;
  const Secret decoded = raw ? Secret(response) : decode_base64_patiently(response);
  std::string_view message = decoded.reveal();
  const std::size_t first = message.find('\0');
  if (first == std::string_view::npos) return Sight::kStep;
  const std::size_t second = message.find('\0', first + 1);
  const bool one = second == std::string_view::npos;
  const std::string_view name =
      one ? message.substr(0, first) : message.substr(first + 1, second - first - 1);
  name_ = told(trimmed(name));
  message.remove_prefix((one ? first : second) + 1);
  return message.empty() ? Sight::kStep : show(message);
}

Exposure::Sight Exposure::see_login(std::string_view response) {
  const Secret decoded = decode_base64_patiently(response);
  if (std::exchange(expects_secret_, true)) {
    return trimmed(response).empty() ? Sight::kStep : show(decoded.reveal());
  }
  name_ = told(trimmed(decoded.reveal()));
  in_exchange_ = true;
  return Sight::kStep;
}

Exposure::Sight Exposure::see_token(std::string_view response) {
  const Secret decoded = decode_base64_patiently(response);
  if (decoded.empty()) return Sight::kStep;
  name_ = name_in(mechanism_, decoded.reveal());
  return show(trimmed(response));
}

Exposure::Sight Exposure::show(std::string_view password) {
  shown_.emplace(mechanism_, Credential{name_, Secret(told(without_controls_around(password)))});
  return Sight::kSecret;
}

}  // namespace postern::pop3
