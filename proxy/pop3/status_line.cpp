// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/status_line.hpp"

#include <algorithm>
#include <charconv>

#include "proxy/pop3/ascii.hpp"

namespace postern::pop3 {
namespace {

// A mailbox may be larger than any message number.
bool are_octets(std::string_view word) noexcept {
  std::uint64_t octets = 0;
  const char* const end = word.data() + word.size();
  const auto [stopped, error] = std::from_chars(word.data(), end, octets);
  return !word.empty() && error == std::errc() && stopped == end;
}

// A number without zeros in front of it.
std::string_view shortest(std::string_view digits) noexcept {
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

std::string_view take_word(std::string_view& text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

}  // namespace

bool tells_id(const Line& line) noexcept {
  constexpr std::string_view kOk = "+OK ";
  const bool whole = line.form == LineForm::kGood || line.form == LineForm::kBareLf;
  return whole && line.text.starts_with(kOk) && !has_control(line.text) &&
         line.text.find_first_not_of(' ', kOk.size()) != std::string_view::npos;
}

StatusLine::StatusLine(Request request, std::string_view line) noexcept {
  constexpr std::string_view kOk = "+OK";
  const std::string_view words = line.substr(kOk.size());
  add(kOk);
  const bool single = request.answer == Answer::kSingle;
  bool complete = true;
  if (single && (request.verb == Verb::kStat || request.verb == Verb::kList)) {
    complete = add_counts(words);
  } else if (single && request.verb == Verb::kLang) {
    add_language(words);
  } else if (request.verb == Verb::kRetr) {
    add_octets(words);
  }
  if (complete) {
    add("\r\n");
  } else {
    size_ = 0;
    add(text_of(Answer::kNoUsableAnswer));
  }
}

void StatusLine::add(std::string_view text) noexcept {
  size_ += text.copy(text_.data() + size_, text_.size() - size_);
}

// "messages octets", or "number octets" for one message.
bool StatusLine::add_counts(std::string_view words) noexcept {
  const std::string_view number = take_word(words);
  const std::string_view octets = take_word(words);
  if (!parse_number(number) || !are_octets(octets)) return false;
  add(" ");
  add(shortest(number));
  add(" ");
  add(shortest(octets));
  return true;
}

// RFC 6856 section 3.1: the tag that was chosen stands in front of the words.
void StatusLine::add_language(std::string_view words) noexcept {
  const std::string_view tag = take_word(words);
  if (!is_language_tag(tag)) return;
  add(" ");
  add(tag);
  add(" OK");
}

// Clients show how far they are, but none needs it.
void StatusLine::add_octets(std::string_view words) noexcept {
  const std::string_view octets = take_word(words);
  if (!are_octets(octets)) return;
  add(" ");
  add(shortest(octets));
  add(" octets");
}

}  // namespace postern::pop3
