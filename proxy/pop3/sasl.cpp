// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/sasl.hpp"

#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/base64.hpp"

namespace postern::pop3 {
namespace {

constexpr std::string_view kUsernamePrompt = "VXNlcm5hbWU6";  // "Username:"
constexpr std::string_view kPasswordPrompt = "UGFzc3dvcmQ6";  // "Password:"

// Three parts of the longest line that a backend can be configured to take, in base64. What is
// longer can be no name and password, and is not decoded: its line is large enough.
constexpr std::size_t kLongestResponse = 3 * 1024 / 3 * 4 + 4;

std::optional<SaslFault> fault_of_user(std::string_view user) noexcept {
  if (is_speakable_user(user)) return std::nullopt;
  return has_control(user) ? SaslFault::kBadName : SaslFault::kBadMessage;
}

std::optional<SaslFault> fault_of_password(std::string_view password) noexcept {
  if (is_speakable_password(password)) return std::nullopt;
  return has_control(password) ? SaslFault::kBadPassword : SaslFault::kBadMessage;
}

}  // namespace

SaslStep SaslExchange::begin(std::optional<std::string_view> initial_response) {
  if (!initial_response) {
    return SaslPrompt{mechanism_ == policy::Mechanism::kLogin ? kUsernamePrompt : ""};
  }
  if (*initial_response == "=") return take(Secret());
  return respond(*initial_response);
}

SaslStep SaslExchange::respond(std::string_view line) {
  if (line == "*") return SaslFault::kCancelled;
  if (line.size() > kLongestResponse) return SaslFault::kBadMessage;
  const auto message = decode_base64(line);
  if (!message) return SaslFault::kBadBase64;
  return take(*message);
}

SaslStep SaslExchange::take(const Secret& message) {
  return mechanism_ == policy::Mechanism::kLogin ? take_login(message.reveal())
                                                 : take_plain(message.reveal());
}

SaslStep SaslExchange::take_plain(std::string_view message) {
  const std::size_t first = message.find('\0');
  if (first == std::string_view::npos) return SaslFault::kBadMessage;
  const std::size_t second = message.find('\0', first + 1);
  if (second == std::string_view::npos) return SaslFault::kBadMessage;
  const std::string_view identity = without_blanks_around(message.substr(0, first));
  const std::string_view user =
      without_blanks_around(message.substr(first + 1, second - first - 1));
  const std::string_view password = message.substr(second + 1);
  if (password.contains('\0')) return SaslFault::kBadMessage;
  if (const auto fault = fault_of_user(user)) return *fault;
  if (const auto fault = fault_of_password(password)) return *fault;
  // USER and PASS cannot speak for somebody else, so nobody may ask for it here.
  if (!identity.empty() && identity != user) return SaslFault::kForeignName;
  return Credential{std::string(user), Secret(password)};
}

SaslStep SaslExchange::take_login(std::string_view message) {
  if (!has_user_) {
    message = without_blanks_around(message);
    if (const auto fault = fault_of_user(message)) return *fault;
    user_ = message;
    has_user_ = true;
    return SaslPrompt{kPasswordPrompt};
  }
  if (const auto fault = fault_of_password(message)) return *fault;
  return Credential{user_, Secret(message)};
}

bool is_speakable_user(std::string_view user) noexcept {
  return !user.empty() && !has_control(user) && user == without_blanks_around(user);
}

bool is_speakable_password(std::string_view password) noexcept {
  return !password.empty() && !has_control(password);
}

}  // namespace postern::pop3
