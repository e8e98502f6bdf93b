// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/journal_line.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace postern::report {
namespace {

using nlohmann::json;

constexpr std::string_view kMessage = "MESSAGE";

// One object; of its fields, which may be lists, only the message is kept.
class MessageReader final : public nlohmann::json_sax<json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return !in_message(); }
  bool number_float(number_float_t, const string_t&) override { return !in_message(); }
  bool binary(binary_t&) override { return false; }
  bool number_unsigned(number_unsigned_t value) override {
    if (!in_message()) return true;
    if (!in_list_ || value > 0xFF) return false;
    text_ += static_cast<char>(value);
    return true;
  }
  bool string(string_t& value) override {
    if (!in_message()) return true;
    if (in_list_) return false;  // several messages
    text_ = std::move(value);
    found_ = true;
    return true;
  }
  bool key(string_t& value) override {
    here_ = value == kMessage;
    return true;
  }
  bool start_object(std::size_t) override { return !std::exchange(inside_, true); }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return inside_ && !std::exchange(in_list_, true); }
  bool end_array() override {
    in_list_ = false;
    found_ |= here_;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

  std::optional<std::string> take() {
    return found_ ? std::optional(std::move(text_)) : std::nullopt;
  }

 private:
  bool in_message() const noexcept { return here_ && !found_; }  // of two the first counts

  std::string text_;
  bool inside_ = false;
  bool in_list_ = false;
  bool here_ = false;
  bool found_ = false;
};

}  // namespace

// Looking for the word first spares the lines of a log in JSON a second reading.
std::optional<std::string> journal_message(std::string_view line) {
  if (!line.starts_with('{') || !line.contains("\"MESSAGE\"")) return std::nullopt;
  MessageReader reader;
  if (!json::sax_parse(line, &reader)) return std::nullopt;
  return reader.take();
}

}  // namespace postern::report
