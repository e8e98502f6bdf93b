#include "tls/host_name.hpp"

#include <arpa/inet.h>

#include <array>

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
  const std::string text(literal);
  std::array<char, 16> bytes{};
  // inet_pton stops at a NUL; a literal has none.
  if (text.find('\0') != std::string::npos) {
    return {};
  }
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    return std::string(bytes.data(), 4);
  }
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
    return std::string(bytes.data(), 16);
  }
  return {};
}

std::string ip_text(std::string_view bytes) {
  if (bytes.size() != 4 && bytes.size() != 16) {
    return {};
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
  if (inet_ntop(family, bytes.data(), text.data(), text.size()) == nullptr) {
    return {};
  }
  return text.data();
}

}  // namespace postern::tls
