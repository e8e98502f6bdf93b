// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/trace_line.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "policy/mechanism.hpp"
#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/reply_line.hpp"
#include "proxy/pop3/response_code.hpp"
#include "proxy/pop3/sasl.hpp"

namespace postern::pop3 {
namespace {

constexpr std::string_view kHidden = "****";
constexpr std::string_view kLineEnd = "\r\n";
constexpr std::size_t kMostShown = 200;  // bytes of one text

std::string bytes_of(std::size_t count) {
  return "(" + std::to_string(count) + (count == 1 ? " byte)" : " bytes)");
}

// What can be printed stays; each other byte becomes \xNN.
std::string shown(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text.substr(0, kMostShown)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= ' ' && byte <= '~') {
      out += c;
    } else {
      out.append("\\x").append(1, kHex[byte >> 4U]).append(1, kHex[byte & 0xFU]);
    }
  }
  return text.size() > kMostShown ? out.append("...") : out;
}

std::string with_argument(Verb verb, std::string_view argument) {
  std::string text(name_of(verb));
  return argument.empty() ? text : text.append(" ").append(argument);
}

// A name as it may stand in a command; nothing else, lest it be a part of something.
std::string user_command(std::string_view name) {
  const std::string_view bare = without_blanks_around(name);
  if (bare.empty()) return with_argument(Verb::kUser, {});
  return with_argument(Verb::kUser, is_speakable_user(bare) ? shown(bare) : std::string(kHidden));
}

// The mechanism, where it is one; what follows it is the first message.
std::string auth_command(std::string_view argument) {
  const std::size_t blank = argument.find(' ');
  const auto mechanism = policy::sasl_mechanism_from(argument.substr(0, blank));
  if (!mechanism) return with_argument(Verb::kAuth, argument.empty() ? argument : kHidden);
  std::string text = with_argument(Verb::kAuth, policy::name_of(*mechanism));
  return blank == std::string_view::npos ? text : text.append(" ").append(kHidden);
}

bool takes_numbers(Verb verb) noexcept {
  switch (verb) {
    case Verb::kList:
    case Verb::kRetr:
    case Verb::kDele:
    case Verb::kTop:
    case Verb::kUidl:
      return true;
    case Verb::kUser:
    case Verb::kPass:
    case Verb::kApop:
    case Verb::kAuth:
    case Verb::kCapa:
    case Verb::kStls:
    case Verb::kQuit:
    case Verb::kNoop:
    case Verb::kStat:
    case Verb::kRset:
    case Verb::kUtf8:
    case Verb::kLang:
    case Verb::kLast:
    case Verb::kUnknown:
      return false;
  }
  std::unreachable();
}

// Numbers of messages and lines, or nothing.
std::string numbers_in(std::string_view argument) {
  const std::size_t blank = argument.find(' ');
  const auto first = parse_number(argument.substr(0, blank));
  if (!first) return std::string(kHidden);
  if (blank == std::string_view::npos) return std::to_string(*first);
  const auto second = parse_number(argument.substr(blank + 1));
  return std::to_string(*first) + " " + (second ? std::to_string(*second) : std::string(kHidden));
}

std::string command_text(const Command& command) {
  const std::string_view argument = command.argument.value_or("");
  if (command.verb == Verb::kUser) return user_command(argument);
  if (command.verb == Verb::kAuth) return auth_command(argument);
  if (argument.empty()) return with_argument(command.verb, {});
  return with_argument(command.verb,
                       takes_numbers(command.verb) ? numbers_in(argument) : std::string(kHidden));
}

// "+OK", "-ERR" or "+", with a response code that is known; empty for no reply.
std::string status_of(std::string_view line) {
  if (is_prompt(line)) return "+ ";
  if (!is_status_line(line)) return {};
  if (line.front() == '+') return "+OK ";
  const std::string_view code = response_code_of(line);
  return code.empty() ? "-ERR " : std::string("-ERR [").append(code).append("] ");
}

std::string counted_reply(std::string_view line) { return status_of(line) + bytes_of(line.size()); }

std::string_view without_end(std::string_view line) noexcept {
  return line.substr(0, std::min(line.size(), line.find(kLineEnd)));
}

// The first line of ours, and how many more there are.
std::string own_text(std::string_view reply) {
  const std::string_view first = without_end(reply);
  std::size_t more = 0;
  for (std::size_t at = reply.find(kLineEnd, first.size() + kLineEnd.size());
       at != std::string_view::npos; at = reply.find(kLineEnd, at + kLineEnd.size())) {
    ++more;
  }
  std::string text = shown(first);
  return more == 0 ? text : text + " (and " + std::to_string(more) + " lines)";
}

}  // namespace

std::string_view mark_of(TraceSide side) noexcept {
  switch (side) {
    case TraceSide::kClient:
      return "C:";
    case TraceSide::kToClient:
      return "S:";
    case TraceSide::kToBackend:
      return "B>";
    case TraceSide::kBackend:
      return "B<";
  }
  std::unreachable();
}

TraceLine TraceLine::heard(const Line& line, Hearing hearing) {
  const bool command = hearing == Hearing::kCommand && line.form == LineForm::kGood;
  const Command parsed = command ? parse_command(line.text) : Command();
  if (parsed.verb != Verb::kUnknown) return {TraceSide::kClient, command_text(parsed)};
  std::string text = bytes_of(line.text.size());
  if (line.form == LineForm::kTooLong) text += " and more, too long";
  if (line.form == LineForm::kMalformed) text += " malformed";
  if (command) text += " no command";
  return {TraceSide::kClient, std::move(text)};
}

TraceLine TraceLine::said(const SendDownstream& reply) {
  const bool ours = reply.wording == Wording::kOurs;
  return {TraceSide::kToClient,
          ours ? own_text(reply.bytes) : counted_reply(without_end(reply.bytes))};
}

TraceLine TraceLine::said(Answer answer) {
  const bool list = answer == Answer::kOwnCapabilities || answer == Answer::kCapabilities;
  return {TraceSide::kToClient,
          list ? "+OK (our list of capabilities)" : own_text(text_of(answer))};
}

TraceLine TraceLine::said_with_code(std::string_view code) {
  return {TraceSide::kToClient,
          std::string("-ERR [").append(code).append("] ").append(explanation_of(code))};
}

TraceLine TraceLine::sent(const SendUpstream& message) {
  const std::string_view line = without_end(message.bytes.reveal());
  if (message.verb == Verb::kUnknown) return {TraceSide::kToBackend, bytes_of(line.size())};
  const std::size_t blank = line.find(' ');
  std::optional<std::string_view> argument;
  if (blank != std::string_view::npos) argument = line.substr(blank + 1);
  return {TraceSide::kToBackend, command_text({message.verb, argument})};
}

TraceLine TraceLine::introduced() {
  return {TraceSide::kToBackend, "(where the client comes from)"};
}

TraceLine TraceLine::replied(const Line& line) {
  return {TraceSide::kBackend, counted_reply(line.text)};
}

// A language tag is the client's own text, which an error may repeat.
TraceLine TraceLine::replied(const Line& line, Verb asked) {
  const bool told = is_status_line(line.text) && asked != Verb::kLang && asked != Verb::kUnknown;
  return told ? TraceLine(TraceSide::kBackend, shown(line.text)) : replied(line);
}

TraceLine TraceLine::body(std::uint64_t bytes) {
  return {TraceSide::kBackend, std::to_string(bytes) + " bytes of body"};
}

}  // namespace postern::pop3
