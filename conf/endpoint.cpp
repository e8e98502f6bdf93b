// SPDX-License-Identifier: Apache-2.0
#include "conf/endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "policy/host_name.hpp"
#include "policy/ip_address.hpp"

namespace postern::conf {
namespace {

using policy::IpAddress;

constexpr std::string_view kPassed = "systemd:";
constexpr std::size_t kLongestName = 255;

std::optional<std::uint16_t> port_from(std::string_view digits) noexcept {
  if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
  std::uint16_t port = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, port);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return port;
}

std::optional<Endpoint> bracketed_from(std::string_view text) {
  const std::size_t close = text.find("]:");
  if (close == std::string_view::npos) return std::nullopt;
  const std::optional<std::uint16_t> port = port_from(text.substr(close + 2));
  std::string host(text.substr(1, close - 1));
  // An IPv4 address has no colon and needs no brackets.
  if (!port || !host.contains(':') || !IpAddress::parse(host)) return std::nullopt;
  return Endpoint{.host = std::move(host), .port = *port};
}

bool numeric(std::string_view host) noexcept {
  return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

std::optional<Endpoint> endpoint_from(std::string_view text) {
  if (text.starts_with('[')) return bracketed_from(text);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::optional<std::uint16_t> port = port_from(text.substr(colon + 1));
  std::string host(text.substr(0, colon));
  if (!port) return std::nullopt;
  // "10.0.0" and "999.1.1.1" would pass for host names, and some resolvers accept them.
  const bool valid =
      numeric(host) ? IpAddress::parse(host).has_value() : policy::is_host_name(host);
  if (!valid) return std::nullopt;
  return Endpoint{.host = std::move(host), .port = *port};
}

std::optional<Endpoint> passed_from(std::string_view text) {
  if (!text.starts_with(kPassed)) return std::nullopt;
  const std::string_view name = text.substr(kPassed.size());
  const auto fits = [](char c) { return c > ' ' && c < '\x7f' && c != ':'; };
  if (name.empty() || name.size() > kLongestName || !std::ranges::all_of(name, fits)) {
    return std::nullopt;
  }
  return Endpoint{.host = std::string(text), .port = 0};
}

// No host has a colon, but for IPv6, which begins otherwise.
std::optional<std::string_view> passed_name(const Endpoint& endpoint) noexcept {
  const std::string_view host = endpoint.host;
  if (!host.starts_with(kPassed)) return std::nullopt;
  return host.substr(kPassed.size());
}

std::string to_string(const Endpoint& endpoint) {
  if (passed_name(endpoint)) return endpoint.host;
  const bool brackets = endpoint.host.contains(':');
  return brackets ? fmt::format("[{}]:{}", endpoint.host, endpoint.port)
                  : fmt::format("{}:{}", endpoint.host, endpoint.port);
}

bool is_address(const Endpoint& endpoint) noexcept {
  return IpAddress::parse(endpoint.host).has_value();
}

bool is_loopback(const Endpoint& endpoint) noexcept {
  const std::optional<IpAddress> address = IpAddress::parse(endpoint.host);
  return address ? address->is_loopback() : endpoint.host == "localhost";
}

bool same_address(const Endpoint& a, const Endpoint& b) noexcept {
  if (a.port != b.port) return false;
  const std::optional<IpAddress> address = IpAddress::parse(a.host);
  return a.host == b.host || (address && address == IpAddress::parse(b.host));
}

}  // namespace postern::conf
