#include "proxy/pop3/status_line.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "proxy/pop3/ascii.hpp"

namespace postern::pop3 {
namespace {

// A mailbox may be larger than any message number.
std::optional<std::uint64_t> octets_from(std::string_view word) noexcept {
  std::uint64_t octets = 0;
  const char* const end = word.data() + word.size();
  const auto [stopped, error] = std::from_chars(word.data(), end, octets);
  if (word.empty() || error != std::errc() || stopped != end) return std::nullopt;
  return octets;
}

std::string_view take_word(std::string_view& text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

// RFC 1939 section 7: one to 70 characters from 0x21 to 0x7E.
bool is_unique_id(std::string_view word) noexcept {
  constexpr std::size_t kLongest = 70;
  return !word.empty() && word.size() <= kLongest && all_printable(word);
}

}  // namespace

StatusLine::StatusLine(Request request, std::string_view line) noexcept {
  constexpr std::string_view kOk = "+OK";
  const std::string_view words = line.substr(kOk.size());
  add(kOk);
  const bool single = request.answer == Answer::kSingle;
  bool complete = true;
  if (single && (request.verb == Verb::kStat || request.verb == Verb::kList)) {
    complete = add_counts(words);
  } else if (single && request.verb == Verb::kUidl) {
    complete = add_id(words);
  } else if (single && request.verb == Verb::kLang) {
    add_language(words);
  } else if (request.verb == Verb::kRetr) {
    add_octets(words);
  }
  if (!complete) {
    size_ = 0;
    add("-ERR the mail server gave no usable answer");
  }
  add("\r\n");
}

void StatusLine::add(std::string_view text) noexcept {
  size_ += text.copy(text_.data() + size_, text_.size() - size_);
}

void StatusLine::add(std::uint64_t number) noexcept {
  char* const begin = text_.data() + size_;
  size_ += static_cast<std::size_t>(std::to_chars(begin, text_.data() + text_.size(), number).ptr -
                                    begin);
}

// "messages octets", or "number octets" for one message.
bool StatusLine::add_counts(std::string_view words) noexcept {
  const auto number = parse_number(take_word(words));
  const auto octets = octets_from(take_word(words));
  if (!number || !octets) return false;
  add(" ");
  add(*number);
  add(" ");
  add(*octets);
  return true;
}

bool StatusLine::add_id(std::string_view words) noexcept {
  const auto number = parse_number(take_word(words));
  const std::string_view id = take_word(words);
  if (!number || !is_unique_id(id)) return false;
  add(" ");
  add(*number);
  add(" ");
  add(id);
  return true;
}

// RFC 6856 section 3.1: the tag that was chosen stands in front of the words.
void StatusLine::add_language(std::string_view words) noexcept {
  constexpr std::size_t kLongest = 63;
  const std::string_view tag = take_word(words);
  if (!is_language_tag(tag) || tag.size() > kLongest) return;
  add(" ");
  add(tag);
  add(" OK");
}

// Clients show how far they are, but none needs it.
void StatusLine::add_octets(std::string_view words) noexcept {
  const auto octets = octets_from(take_word(words));
  if (!octets) return;
  add(" ");
  add(*octets);
  add(" octets");
}

}  // namespace postern::pop3
