// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/log_line.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proxy/text/utf8.hpp"

namespace postern::report {
namespace {

using nlohmann::json;
using Fields = std::vector<LogLine::Field>;

// Far more than a line of this log has; it bounds the search for a key.
constexpr std::size_t kMaxFields = 64;

// How many fields the longest lines of a session have.
constexpr std::size_t kUsualFields = 40;

bool is_plain(char c) noexcept { return c > 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '='; }

bool is_of_key(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_ascii(char c) noexcept { return c >= 0x20 && c < 0x7F; }

// How many bytes a bare value has that the text begins with.
std::size_t bare_size(std::string_view text) noexcept {
  std::size_t size = 0;
  while (size < text.size()) {
    if (is_plain(text[size])) {
      ++size;
      continue;
    }
    const auto character = text::first_code_point(text.substr(size));
    if (!character || character->bytes == 1 || !text::is_visible(character->value)) break;
    size += character->bytes;
  }
  return size;
}

// The log escapes a byte of 0x80 and above as the character of that number, and writes characters
// as they are. A reader of JSON would see no difference, so before it reads, the escapes are moved
// to where no character of the log's is: U+F780 to U+F7FF, which are private.
constexpr char32_t kMoved = 0xF700;

std::string with_bytes_marked(std::string_view written) {
  std::string marked(written);
  for (std::size_t i = marked.find('\\'); i < marked.size(); i = marked.find('\\', i + 2)) {
    const std::string_view escape = std::string_view(marked).substr(i, 5);
    const bool is_byte = escape.starts_with("\\u00") && escape.size() == 5 && escape[4] >= '8';
    if (is_byte) marked.replace(i + 2, 2, "f7");
  }
  return marked;
}

// The inverse, for a text that was read.
std::string bytes_of(std::string_view text) {
  if (std::ranges::all_of(text, is_ascii)) return std::string(text);
  std::string bytes;
  while (!text.empty()) {
    const auto character = text::first_code_point(text);
    const std::size_t size = character ? character->bytes : 1;
    if (character && character->value >= kMoved + 0x80 && character->value <= kMoved + 0xFF) {
      bytes += static_cast<char>(character->value - kMoved);
    } else {
      bytes += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return bytes;
}

// One object of texts, numbers and flags; anything nested ends the reading.
class JsonFields final : public nlohmann::json_sax<json> {
 public:
  explicit JsonFields(Fields& fields) : fields_(fields) {}

  bool null() override { return put({}); }
  bool boolean(bool value) override { return put(value ? "yes" : "no"); }
  bool number_integer(number_integer_t value) override { return put(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return put(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& written) override { return put(written); }
  bool string(string_t& value) override { return put(bytes_of(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return !std::exchange(inside_, true); }
  bool key(string_t& value) override {
    key_ = bytes_of(value);
    return true;
  }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return false; }
  bool end_array() override { return false; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool put(std::string value) {
    if (!inside_ || fields_.size() == kMaxFields) return false;
    fields_.push_back({std::move(key_), std::move(value)});
    return true;
  }

  Fields& fields_;
  std::string key_;
  bool inside_ = false;
};

// What stands between and including the quotes, with JSON's escapes.
std::optional<std::string> unquote(std::string_view quoted) {
  const std::string_view inner = quoted.substr(1, quoted.size() - 2);
  if (!inner.contains('\\') && std::ranges::all_of(inner, is_ascii)) return std::string(inner);
  const json value = json::parse(with_bytes_marked(quoted), nullptr, false);
  if (!value.is_string()) return std::nullopt;
  return bytes_of(value.get_ref<const std::string&>());
}

// The length of a quoted value that the text begins with, quotes included; 0 when it has no end.
std::size_t quoted_size(std::string_view text) noexcept {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1;
    if (text[i] == '\\') ++i;
  }
  return 0;
}

std::optional<std::string> take_value(std::string_view& text) {
  if (text.starts_with('"')) {
    const std::size_t size = quoted_size(text);
    if (size == 0) return std::nullopt;
    auto value = unquote(text.substr(0, size));
    text.remove_prefix(size);
    return value;
  }
  std::string value(text.substr(0, bare_size(text)));
  text.remove_prefix(value.size());
  return value;
}

std::string_view take_key(std::string_view& text) noexcept {
  const auto end = std::ranges::find_if_not(text, is_of_key);
  if (end == text.begin() || end == text.end() || *end != '=') return {};
  const std::string_view key(text.begin(), end);
  text.remove_prefix(key.size() + 1);
  return key;
}

bool read_logfmt(std::string_view text, Fields& fields) {
  fields.reserve(kUsualFields);
  while (fields.size() < kMaxFields) {
    const std::string_view key = take_key(text);
    if (key.empty()) return false;
    auto value = take_value(text);
    if (!value) return false;
    fields.push_back({std::string(key), *std::move(value)});
    if (text.empty()) return true;
    if (text.front() != ' ') return false;
    text.remove_prefix(1);
  }
  return false;
}

// "Nov 23 15:33:21 host postern[123]: ". Only the first such mark counts, and only before a line
// of the log's own: what a client sends comes after it.
std::string_view without_prefix(std::string_view line) noexcept {
  constexpr std::string_view kMark = "postern[";
  if (line.starts_with("ts=") || line.starts_with('{')) return line;
  const std::size_t mark = line.find(kMark);
  if (mark == std::string_view::npos || (mark > 0 && line[mark - 1] != ' ')) return line;
  std::string_view rest = line.substr(mark + kMark.size());
  rest.remove_prefix(std::min(rest.find_first_not_of("0123456789"), rest.size()));
  return rest.starts_with("]: ") ? rest.substr(3) : line;
}

}  // namespace

std::optional<LogLine> LogLine::parse(std::string_view line) {
  line = without_prefix(line);
  LogLine parsed;
  JsonFields sink(parsed.fields_);
  const bool sound = line.starts_with('{') ? json::sax_parse(with_bytes_marked(line), &sink)
                                           : read_logfmt(line, parsed.fields_);
  if (!sound || parsed.event().empty()) return std::nullopt;
  const auto time = parse_time(parsed.get("ts"));
  if (!time) return std::nullopt;
  parsed.time_ = *time;
  return parsed;
}

std::string_view LogLine::get(std::string_view key) const noexcept {
  const Field* const field = find(key);
  return field == nullptr ? std::string_view() : field->value;
}

bool LogLine::has(std::string_view key) const noexcept { return find(key) != nullptr; }

const LogLine::Field* LogLine::find(std::string_view key) const noexcept {
  const auto found = std::ranges::find(fields_, key, &Field::key);
  return found == fields_.end() ? nullptr : &*found;
}

}  // namespace postern::report
