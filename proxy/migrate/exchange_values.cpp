// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/exchange_values.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "proxy/migrate/spelling.hpp"

namespace postern::migrate {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::array<std::string_view, 3> kLoginTypes = {"PlainTextLogin",
                                                         "PlainTextAuthentication", "SecureLogin"};
constexpr std::int64_t kTicksInMs = 10'000;
constexpr std::int64_t kLongest = std::int64_t{86'400'000} * 1000;
constexpr std::size_t kMostValues = 64;

const json* member(const json& value, const char* name) {
  if (!value.is_object()) return nullptr;
  const auto found = value.find(name);
  return found == value.end() ? nullptr : &*found;
}

// "[d.]hh:mm:ss[.fffffff]"
std::optional<milliseconds> clock_from(std::string_view text) {
  const auto parts = split(text, ":");
  if (parts.size() != 3) return std::nullopt;
  const auto hours = split(parts[0], ".");
  const auto minutes = number_from(parts[1]);
  const auto seconds = number_from(parts[2].substr(0, parts[2].find('.')));
  if (hours.empty() || hours.size() > 2 || !minutes || !seconds) return std::nullopt;
  const auto days = hours.size() == 2 ? number_from(hours[0]) : std::optional<std::uint64_t>(0);
  const auto hour = number_from(hours.back());
  if (!days || !hour || *days > 1000 || *hour > 24 || *minutes > 60 || *seconds > 60) {
    return std::nullopt;
  }
  return milliseconds((((*days * 24 + *hour) * 60 + *minutes) * 60 + *seconds) * 1000);
}

// An address, as text or as .NET shows it.
std::string host_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  const json* const text = member(value, "IPAddressToString");
  return text != nullptr && text->is_string() ? text->get<std::string>() : std::string();
}

void add_binding(std::vector<std::string>& bindings, const json& value) {
  if (bindings.size() >= kMostValues) return;
  if (value.is_string()) {
    for (const std::string& one : split(value.get<std::string>(), " ,;")) {
      if (const auto spot = spot_from(one))
        bindings.push_back(address_text(spot->host, spot->port));
    }
    return;
  }
  const json* const address = member(value, "Address");
  const json* const port = member(value, "Port");
  if (address == nullptr || port == nullptr) return;
  const auto number = exchange_number(*port);
  const std::string host = host_of(*address);
  if (!number || *number == 0 || *number > 65'535 || host.empty()) return;
  bindings.push_back(address_text(host, static_cast<std::uint16_t>(*number)));
}

// A list, also as an object that has one.
const json* items_of(const json& value) {
  if (value.is_array()) return &value;
  for (const char* const name : {"value", "Value", "Items"}) {
    const json* const inside = member(value, name);
    if (inside != nullptr && inside->is_array()) return inside;
  }
  return nullptr;
}

}  // namespace

std::string login_type(const json& value) {
  const json* const inside = member(value, "Value");
  if (inside != nullptr && !inside->is_structured()) return login_type(*inside);
  if (value.is_string()) {
    for (const std::string_view one : kLoginTypes) {
      if (lower_case(value.get<std::string>()) == lower_case(one)) return std::string(one);
    }
  }
  const auto number = exchange_number(value);
  if (!number || *number < 1 || *number > kLoginTypes.size()) return {};
  return std::string(kLoginTypes.at(*number - 1));
}

std::optional<milliseconds> exchange_span(const json& value) {
  if (value.is_string()) return clock_from(value.get<std::string>());
  if (const json* const seconds = member(value, "TotalSeconds"); seconds && seconds->is_number()) {
    const auto count = seconds->get<double>();
    if (!(count >= 0) || count * 1000 > static_cast<double>(kLongest)) return std::nullopt;
    return milliseconds(static_cast<std::int64_t>(count * 1000));
  }
  if (const json* const ticks = member(value, "Ticks"); ticks && ticks->is_number_unsigned()) {
    const auto ms = ticks->get<std::uint64_t>() / kTicksInMs;
    if (ms > static_cast<std::uint64_t>(kLongest)) return std::nullopt;
    return milliseconds(static_cast<std::int64_t>(ms));
  }
  const json* const inside = member(value, "Value");
  if (inside != nullptr && inside->is_string()) return exchange_span(*inside);
  return std::nullopt;
}

std::optional<std::uint64_t> exchange_number(const json& value) {
  constexpr std::uint64_t kUnlimited = 0x7fffffff;
  std::optional<std::uint64_t> number;
  if (value.is_number_unsigned()) number = value.get<std::uint64_t>();
  if (value.is_string()) number = number_from(value.get<std::string>());
  if (const json* const inside = member(value, "Value"); inside && inside->is_number_unsigned()) {
    number = inside->get<std::uint64_t>();
  }
  return number && *number < kUnlimited ? number : std::nullopt;
}

std::string exchange_text(const json& value) {
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::vector<std::string> exchange_texts(const json& value) {
  if (value.is_string()) return split(value.get<std::string>(), " ,;");
  std::vector<std::string> texts;
  const json* const items = items_of(value);
  if (items == nullptr) return texts;
  for (const json& one : *items) {
    if (one.is_string() && texts.size() < kMostValues) texts.push_back(one.get<std::string>());
    const json* const host = member(one, "Hostname");
    const json* const port = member(one, "Port");
    if (host == nullptr || port == nullptr || texts.size() >= kMostValues) continue;
    const json* const name = member(*host, "HostnameString");
    texts.push_back(fmt::format("{}:{}", exchange_text(name == nullptr ? *host : *name),
                                exchange_number(*port).value_or(0)));
  }
  return texts;
}

std::vector<std::string> exchange_bindings(const json& value) {
  std::vector<std::string> bindings;
  if (const json* const items = items_of(value)) {
    for (const json& one : *items) add_binding(bindings, one);
  } else {
    add_binding(bindings, value);
  }
  return bindings;
}

}  // namespace postern::migrate
