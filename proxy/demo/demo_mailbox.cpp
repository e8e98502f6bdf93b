// SPDX-License-Identifier: Apache-2.0
#include "proxy/demo/demo_mailbox.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace postern::demo {
namespace {

using pop3::Verb;

std::string message(std::string_view subject, std::string_view body) {
  return fmt::format(
      "From: Postern <postern@demo.invalid>\r\n"
      "To: You <demo@demo.invalid>\r\n"
      "Subject: {}\r\n"
      "Date: Thu, 01 Jan 2026 12:00:00 +0000\r\n"
      "MIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\n"
      "\r\n{}",
      subject, body);
}

// RFC 1939 section 3: a line that begins with a dot gets another one.
std::string stuffed(std::string_view text) {
  std::string out;
  for (bool at_line_start = true; const char c : text) {
    if (at_line_start && c == '.') out += '.';
    out += c;
    at_line_start = c == '\n';
  }
  return out;
}

// The header, the empty line and so many lines of the body.
std::string_view top_of(std::string_view text, std::uint32_t lines) {
  std::size_t end = text.find("\r\n\r\n") + 4;
  for (; lines != 0 && end < text.size(); --lines) end = text.find("\r\n", end) + 2;
  return text.substr(0, end);
}

}  // namespace

std::vector<DemoMessage> demo_messages() {
  return {
      {"demo-1", message("Welcome through the postern",
                         "This message lay on a server that knows nothing of TLS.\r\n"
                         "You read it over TLS, and your password never went in clear.\r\n")},
      {"demo-2", message("Dots",
                         "The next line is a single dot.\r\n.\r\nThe one after it has two.\r\n"
                         "..\r\nAll of them arrive as they were sent.\r\n")},
      {"demo-3", message("Point it at your own server",
                         "Copy conf/postern.toml, name your certificate and your backend,\r\n"
                         "run `postern check`, then `postern run`.\r\n")},
  };
}

DemoMailbox::DemoMailbox(std::vector<DemoMessage>& messages) : messages_(messages) {}

std::string DemoMailbox::greeting() { return "+OK Legacy POP3 server 1.0 at old-host.invalid\r\n"; }

std::string DemoMailbox::answer(std::string_view line) {
  const pop3::Command command = pop3::parse_command(line);
  if (command.verb == Verb::kQuit) return quit();
  return logged_in_ ? act(command) : log_in(command);
}

std::string DemoMailbox::log_in(const pop3::Command& command) {
  if (command.verb == Verb::kUser && command.argument) {
    user_ = *command.argument;
    return "+OK\r\n";
  }
  if (command.verb != Verb::kPass) return "-ERR log in first\r\n";
  if (user_ != kDemoUser || command.argument != kDemoPassword) return "-ERR wrong password\r\n";
  logged_in_ = true;
  for (const DemoMessage& entry : messages_) entries_.push_back({entry.uid});
  return "+OK welcome\r\n";
}

std::string DemoMailbox::act(const pop3::Command& command) {
  switch (command.verb) {
    case Verb::kStat: {
      std::size_t count = 0;
      std::size_t size = 0;
      for (const Entry& entry : entries_) {
        if (entry.deleted || find(entry) == nullptr) continue;
        ++count;
        size += find(entry)->text.size();
      }
      return fmt::format("+OK {} {}\r\n", count, size);
    }
    case Verb::kList:
    case Verb::kUidl:
      return list(command);
    case Verb::kRetr:
    case Verb::kTop:
      return retrieve(command);
    case Verb::kDele:
      return drop(command);
    case Verb::kNoop:
      return "+OK\r\n";
    case Verb::kRset:
      for (Entry& entry : entries_) entry.deleted = false;
      return "+OK\r\n";
    case Verb::kUser:
    case Verb::kPass:
    case Verb::kApop:
    case Verb::kAuth:
    case Verb::kCapa:
    case Verb::kStls:
    case Verb::kQuit:
    case Verb::kUtf8:
    case Verb::kLang:
    case Verb::kLast:
    case Verb::kUnknown:
      break;
  }
  return "-ERR unknown command\r\n";
}

std::string DemoMailbox::list(const pop3::Command& command) const {
  if (command.argument) {
    const auto index = index_of(*command.argument);
    if (!index) return "-ERR no such message\r\n";
    return "+OK " + describe(command.verb, *index);
  }
  std::string reply = "+OK\r\n";
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!entries_[i].deleted && find(entries_[i])) reply += describe(command.verb, i);
  }
  return reply += ".\r\n";
}

std::string DemoMailbox::describe(Verb verb, std::size_t index) const {
  const DemoMessage& message = *find(entries_[index]);
  return verb == Verb::kUidl ? fmt::format("{} {}\r\n", index + 1, message.uid)
                             : fmt::format("{} {}\r\n", index + 1, message.text.size());
}

std::string DemoMailbox::retrieve(const pop3::Command& command) const {
  const std::string_view argument = command.argument.value_or("");
  const std::size_t space = argument.find(' ');
  const auto index = index_of(argument.substr(0, space));
  if (!index) return "-ERR no such message\r\n";
  std::string_view text = find(entries_[*index])->text;
  if (command.verb == Verb::kTop) {
    const auto lines = pop3::parse_number(
        space == std::string_view::npos ? std::string_view() : argument.substr(space + 1));
    if (!lines) return "-ERR TOP takes two numbers\r\n";
    text = top_of(text, *lines);
  }
  return "+OK\r\n" + stuffed(text) + ".\r\n";
}

std::string DemoMailbox::drop(const pop3::Command& command) {
  const auto index = index_of(command.argument.value_or(""));
  if (!index) return "-ERR no such message\r\n";
  entries_[*index].deleted = true;
  return "+OK\r\n";
}

std::string DemoMailbox::quit() {
  over_ = true;
  for (const Entry& entry : entries_) {
    if (entry.deleted) std::erase_if(messages_, [&](const auto& m) { return m.uid == entry.uid; });
  }
  return "+OK bye\r\n";
}

std::optional<std::size_t> DemoMailbox::index_of(std::string_view number) const {
  const auto value = pop3::parse_number(number);
  if (!value || *value == 0 || *value > entries_.size()) return std::nullopt;
  const Entry& entry = entries_[*value - 1];
  if (entry.deleted || find(entry) == nullptr) return std::nullopt;
  return *value - 1;
}

const DemoMessage* DemoMailbox::find(const Entry& entry) const {
  const auto found = std::ranges::find(messages_, entry.uid, &DemoMessage::uid);
  return found == messages_.end() ? nullptr : &*found;
}

}  // namespace postern::demo
