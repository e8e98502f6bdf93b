// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/control_request.hpp"

#include <algorithm>

namespace postern::server {

using nlohmann::json;

std::expected<ControlRequest, std::string> ControlRequest::parse(std::string_view text) {
  json told = json::parse(text, nullptr, false);
  if (!told.is_object()) return std::unexpected("a request is a JSON object");
  const auto verb = told.find("verb");
  if (verb == told.end() || !verb->is_string()) return std::unexpected("a request has a `verb`");
  ControlRequest request;
  request.verb_ = verb->get<std::string>();
  told.erase(verb);
  request.arguments_ = std::move(told);
  return request;
}

json ControlRequest::take(std::string_view name) {
  const auto found = arguments_.find(name);
  if (found == arguments_.end()) return {};
  json value = std::move(*found);
  arguments_.erase(found);
  return value;
}

void ControlRequest::blame(std::string_view name, std::string_view type) {
  if (fault_.empty()) fault_.append("`").append(name).append("` must be ").append(type);
}

std::string ControlRequest::text(std::string_view name) {
  const json value = take(name);
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_null()) blame(name, "a text");
  return {};
}

std::vector<std::string> ControlRequest::texts(std::string_view name) {
  const json value = take(name);
  const auto is_text = [](const json& item) { return item.is_string(); };
  if (value.is_array() && std::ranges::all_of(value, is_text)) {
    return value.get<std::vector<std::string>>();
  }
  if (!value.is_null()) blame(name, "a list of texts");
  return {};
}

bool ControlRequest::flag(std::string_view name) {
  const json value = take(name);
  if (value.is_boolean()) return value.get<bool>();
  if (!value.is_null()) blame(name, "true or false");
  return false;
}

std::optional<std::uint64_t> ControlRequest::number(std::string_view name) {
  const json value = take(name);
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (!value.is_null()) blame(name, "a whole number");
  return std::nullopt;
}

std::string ControlRequest::fault() const {
  if (!fault_.empty() || arguments_.empty()) return fault_;
  return "`" + arguments_.begin().key() + "` is no argument of `" + verb_ + "`";
}

}  // namespace postern::server
