// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/mailbox_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "proxy/doctor/said.hpp"

namespace postern::doctor {
namespace {

// Nobody's mailbox has as many; what comes from a server has its bounds.
constexpr std::size_t kMostMessages = 200'000;
constexpr std::size_t kMostHeaderBytes = 262'144;  // of one message

// "N REST", where N is the number of a message that may be there.
struct Numbered {
  std::size_t number = 0;
  std::string_view rest;
};

Numbered numbered(std::string_view line) {
  Numbered said;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), said.number);
  if (error != std::errc() || said.number > kMostMessages) return {};
  said.rest = line.substr(static_cast<std::size_t>(end - line.data()));
  said.rest.remove_prefix(std::min(said.rest.find_first_not_of(' '), said.rest.size()));
  return said;
}

bool is_good(std::string_view line) { return line.starts_with("+OK"); }

}  // namespace

void MailboxReader::on_greeted(const upstream::Dialer&, std::string_view,
                               const transport::Transport&) {
  if (!question().introduction.empty()) return ask(Stage::kIntroduction, question().introduction);
  ask(Stage::kUser, fmt::format("USER {}\r\n", credential_.user));
}

void MailboxReader::on_unreached(const upstream::DialFailure& failure) {
  mailbox_.fault = failure.text;
}

void MailboxReader::ask(Stage stage, std::string_view command) {
  stage_ = stage;
  say(command);
}

void MailboxReader::on_line(std::string_view line) {
  wait();
  switch (stage_) {
    case Stage::kIntroduction:  // as with a login, it goes on without
      return ask(Stage::kUser, fmt::format("USER {}\r\n", credential_.user));
    case Stage::kUser:
      return accepts(line, "the name") ? say_password() : leave();
    case Stage::kPass:
      return accepts(line, "the password") ? ask(Stage::kList, "LIST\r\n") : leave();
    case Stage::kList:
      if (!accepts(line, "LIST")) return leave();
      stage_ = Stage::kListLines;
      return;
    case Stage::kListLines:
      return line == "." ? ask(Stage::kUidl, "UIDL\r\n") : take_size(line);
    case Stage::kUidl:
      mailbox_.tells_uids = is_good(line);
      if (!mailbox_.tells_uids) return ask_for_headers();
      stage_ = Stage::kUidlLines;
      return;
    case Stage::kUidlLines:
      return line == "." ? ask_for_headers() : take_uid(line);
    case Stage::kTop:
      if (!is_good(line)) return ask_for_headers();
      stage_ = Stage::kTopLines;
      return;
    case Stage::kTopLines:
      return line == "." ? ask_for_headers() : take_header(line);
    case Stage::kFarewell:
      return leave();
  }
}

bool MailboxReader::accepts(std::string_view line, std::string_view what) {
  if (is_good(line)) return true;
  mailbox_.fault = fmt::format("it answers {} with {}", what, shown(line));
  return false;
}

void MailboxReader::say_password() {
  std::string command = "PASS ";
  pop3::append_wiping(command, credential_.password.reveal());
  pop3::append_wiping(command, "\r\n");
  ask(Stage::kPass, command);
  pop3::wipe(command);
}

void MailboxReader::take_size(std::string_view line) {
  const auto [number, rest] = numbered(line);
  std::uint64_t octets = 0;
  const bool good =
      std::from_chars(rest.data(), rest.data() + rest.size(), octets).ec == std::errc();
  if (!good || number == 0) return;
  if (mailbox_.messages.size() >= kMostMessages) return fail("it lists messages without an end");
  mailbox_.messages.push_back({.number = number, .octets = octets});
}

// In the order of LIST, mostly; a server may tell of others, which LIST has not.
void MailboxReader::take_uid(std::string_view line) {
  const auto [number, rest] = numbered(line);
  auto& all = mailbox_.messages;
  if (next_ >= all.size() || all[next_].number != number) {
    const auto found = std::ranges::find(all, number, &Message::number);
    next_ = static_cast<std::size_t>(found - all.begin());
  }
  if (next_ < all.size()) all[next_++].uid = rest;
}

void MailboxReader::take_header(std::string_view line) {
  std::string& headers = mailbox_.messages[next_ - 1].headers;
  if (headers.size() + line.size() > kMostHeaderBytes) return;
  headers.append(line).push_back('\n');
}

// The first ones and the last.
void MailboxReader::ask_for_headers() {
  const std::size_t count = mailbox_.messages.size();
  if (stage_ != Stage::kTop && stage_ != Stage::kTopLines) next_ = 0;
  if (next_ == kMostHeaders / 2 && count > kMostHeaders) next_ = count - kMostHeaders / 2;
  if (next_ >= count) return ask(Stage::kFarewell, "QUIT\r\n");
  ask(Stage::kTop, fmt::format("TOP {} 0\r\n", mailbox_.messages[next_++].number));
}

void MailboxReader::on_cut(Cut cut) {
  switch (cut) {
    case Cut::kSilence:
      return fail("it does not answer");
    case Cut::kEnd:
      return stage_ == Stage::kFarewell ? leave() : fail("it ends the connection");
    case Cut::kEndlessLine:
      return fail("it answers with a line that does not end");
  }
}

void MailboxReader::fail(std::string why) {
  mailbox_.fault = std::move(why);
  leave();
}

}  // namespace postern::doctor
