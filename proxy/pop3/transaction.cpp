// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/transaction.hpp"

#include <optional>
#include <utility>

namespace postern::pop3 {
namespace {

std::optional<std::uint32_t> message_number(std::string_view text) noexcept {
  const auto number = parse_number(text);
  return number == 0U ? std::nullopt : number;
}

Request forward(Verb verb, Answer answer, std::string_view arguments, std::string& upstream) {
  upstream.append(name_of(verb)).append(arguments).append("\r\n");
  return {verb, answer};
}

Request forward_bare(const Command& command, Answer answer, std::string& upstream) {
  if (command.argument) return {command.verb, Answer::kBadArgument};
  return forward(command.verb, answer, "", upstream);
}

Request forward_number(const Command& command, Answer answer, std::string& upstream) {
  const auto number = message_number(command.argument.value_or(""));
  if (!number) return {command.verb, Answer::kBadArgument};
  return forward(command.verb, answer, " " + std::to_string(*number), upstream);
}

// LIST and UIDL: one line for one message, a body for all.
Request forward_listing(const Command& command, std::string& upstream) {
  if (!command.argument) return forward(command.verb, Answer::kMulti, "", upstream);
  return forward_number(command, Answer::kSingle, upstream);
}

Request forward_top(const Command& command, std::string& upstream) {
  const std::string_view argument = command.argument.value_or("");
  const std::size_t space = argument.find(' ');
  if (space == std::string_view::npos) return {command.verb, Answer::kBadArgument};
  const auto number = message_number(argument.substr(0, space));
  const auto lines = parse_number(argument.substr(space + 1));
  if (!number || !lines) return {command.verb, Answer::kBadArgument};
  return forward(command.verb, Answer::kMulti,
                 " " + std::to_string(*number) + " " + std::to_string(*lines), upstream);
}

// RFC 6856 section 3: a language tag, or "*" for the server's own choice.
Request forward_language(const Command& command, std::string& upstream) {
  if (!command.argument) return forward(command.verb, Answer::kMulti, "", upstream);
  const std::string_view tag = *command.argument;
  const bool speakable = tag == "*" || is_language_tag(tag);
  if (!speakable) return {command.verb, Answer::kBadArgument};
  return forward(command.verb, Answer::kSingle, " " + std::string(tag), upstream);
}

// Empty where no list decides.
std::optional<policy::Command> permission_for(Verb verb) noexcept {
  switch (verb) {
    case Verb::kStat:
      return policy::Command::kStat;
    case Verb::kList:
      return policy::Command::kList;
    case Verb::kRetr:
      return policy::Command::kRetr;
    case Verb::kDele:
      return policy::Command::kDele;
    case Verb::kNoop:
      return policy::Command::kNoop;
    case Verb::kRset:
      return policy::Command::kRset;
    case Verb::kTop:
      return policy::Command::kTop;
    case Verb::kUidl:
      return policy::Command::kUidl;
    case Verb::kCapa:
      return policy::Command::kCapa;
    case Verb::kLang:
      return policy::Command::kLang;
    case Verb::kUtf8:
      return policy::Command::kUtf8;
    case Verb::kUser:
    case Verb::kPass:
    case Verb::kApop:
    case Verb::kAuth:
    case Verb::kStls:
    case Verb::kQuit:  // without it nothing that was deleted would ever go
    case Verb::kLast:
    case Verb::kUnknown:
      return std::nullopt;
  }
  std::unreachable();
}

Request take_command(const Command& command, std::string& upstream) {
  switch (command.verb) {
    case Verb::kQuit:
      return forward_bare(command, Answer::kQuit, upstream);
    case Verb::kNoop:
    case Verb::kStat:
    case Verb::kRset:
      return forward_bare(command, Answer::kSingle, upstream);
    case Verb::kDele:
      return forward_number(command, Answer::kSingle, upstream);
    case Verb::kRetr:
      return forward_number(command, Answer::kMulti, upstream);
    case Verb::kList:
    case Verb::kUidl:
      return forward_listing(command, upstream);
    case Verb::kTop:
      return forward_top(command, upstream);
    case Verb::kCapa:
      return forward_bare(command, Answer::kCapabilities, upstream);
    case Verb::kUser:
    case Verb::kPass:
    case Verb::kApop:
    case Verb::kAuth:
    case Verb::kStls:
      return {command.verb, Answer::kLoggedIn};
    case Verb::kUtf8:  // RFC 6856 section 2: before the login only
      return {command.verb, Answer::kNotAllowed};
    case Verb::kLang:
      return forward_language(command, upstream);
    case Verb::kLast:
      return {command.verb, Answer::kObsolete};
    case Verb::kUnknown:
      return {command.verb, Answer::kUnknownCommand};
  }
  std::unreachable();
}

Request take_allowed(const Command& command, const ClientTerms& terms, std::string& upstream) {
  const auto permission = permission_for(command.verb);
  if (permission && !terms.commands.contains(*permission))
    return {command.verb, Answer::kNotAllowed};
  if (command.verb == Verb::kCapa && !command.argument && !terms.asks_for_capabilities()) {
    return {command.verb, Answer::kOwnCapabilities};
  }
  return take_command(command, upstream);
}

}  // namespace

Request take_request(const Line& line, const ClientTerms& terms, std::string& upstream) {
  if (line.form != LineForm::kGood) return {Verb::kUnknown, complaint_about(line.form)};
  return take_allowed(parse_command(line.text), terms, upstream);
}

}  // namespace postern::pop3
