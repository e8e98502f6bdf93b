#include "tls/host_name.hpp"

#include <algorithm>
#include <optional>

#include "policy/ip_address.hpp"

namespace postern::tls {
namespace {

constexpr std::size_t kMaxLabel = 63;

bool is_label_char(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool is_host_name(std::string_view name) noexcept {
  if (name.ends_with('.')) {
    name.remove_suffix(1);
  }
  if (name.empty() || name.size() > kMaxHostName) {
    return false;
  }
  std::size_t label = 0;
  for (const char c : name) {
    if (c == '.' ? label == 0 : !is_label_char(c)) {
      return false;
    }
    label = c == '.' ? 0 : label + 1;
    if (label > kMaxLabel) {
      return false;
    }
  }
  return label > 0;
}

std::string canonical_host_name(std::string_view name) {
  if (name.ends_with('.')) {
    name.remove_suffix(1);
  }
  std::string out(name);
  for (char& c : out) {
    c = to_lower(c);
  }
  return out;
}

std::string ip_bytes(std::string_view literal) {
  if (literal.size() > 2 && literal.front() == '[' && literal.back() == ']') {
    literal = literal.substr(1, literal.size() - 2);
  }
  const std::optional<policy::IpAddress> address = policy::IpAddress::parse(literal);
  if (!address) {
    return {};
  }
  const auto bytes = address->own_bytes();
  return {bytes.begin(), bytes.end()};
}

std::string ip_text(std::string_view bytes) {
  policy::IpAddress::V4 v4{};
  policy::IpAddress::V6 v6{};
  if (bytes.size() == v4.size()) {
    std::ranges::copy(bytes, v4.begin());
    return policy::IpAddress::from_v4(v4).text();
  }
  if (bytes.size() == v6.size()) {
    std::ranges::copy(bytes, v6.begin());
    return policy::IpAddress::from_v6(v6).text();
  }
  return {};
}

}  // namespace postern::tls
