// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/proxy_header.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "proxy/net/crc32c.hpp"

namespace postern::net {
namespace {

using Reading = std::expected<std::optional<ProxyHeader>, ProxyFault>;

constexpr std::string_view kVersion1 = "PROXY ";
constexpr std::string_view kVersion2("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t kLongestLine = 107;  // with its CRLF, section 2.1

std::unexpected<ProxyFault> fault(ProxyFault what) { return std::unexpected(what); }

// Whether one of the two is the beginning of the other.
bool agree(std::string_view bytes, std::string_view signature) noexcept {
  const std::size_t both = std::min(bytes.size(), signature.size());
  return bytes.substr(0, both) == signature.substr(0, both);
}

// Version 1.

std::string_view take_word(std::string_view& line) noexcept {
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(word.size() + 1, line.size()));
  return word;
}

std::optional<std::uint16_t> port_in(std::string_view word) noexcept {
  std::uint16_t port = 0;
  const char* const end = word.data() + word.size();
  const auto [rest, error] = std::from_chars(word.data(), end, port);
  const bool padded = word.size() > 1 && word.front() == '0';
  if (error != std::errc() || rest != end || padded) return std::nullopt;
  return port;
}

// "TCP4 192.0.2.1 198.51.100.1 56324 995": each once, one blank between two.
std::optional<ProxyHeader::Route> route_in(std::string_view line) noexcept {
  const std::string_view family = take_word(line);
  if (family != "TCP4" && family != "TCP6") return std::nullopt;
  if (std::ranges::count(line, ' ') != 3) return std::nullopt;
  const std::array ips = {take_word(line), take_word(line)};
  const auto from_port = port_in(take_word(line));
  const auto to_port = port_in(line);
  const bool v6 = family == "TCP6";
  const auto fits = [v6](std::string_view ip) { return ip.contains(':') == v6; };
  if (!std::ranges::all_of(ips, fits) || !from_port || !to_port) return std::nullopt;
  const auto from = Address::parse(ips[0], *from_port);
  const auto to = Address::parse(ips[1], *to_port);
  if (!from || !to) return std::nullopt;
  return ProxyHeader::Route{*from, *to};
}

bool is_unknown(std::string_view line) noexcept {
  return line == "UNKNOWN" || line.starts_with("UNKNOWN ");
}

Reading read_version1(std::string_view bytes) noexcept {
  const std::string_view possible = bytes.substr(0, kLongestLine);
  const std::size_t end = possible.find_first_of(std::string_view("\r\n\0", 3));
  if (end == std::string_view::npos || (possible[end] == '\r' && end + 1 == possible.size())) {
    if (possible.size() == kLongestLine) return fault(ProxyFault::kTooLong);
    return std::optional<ProxyHeader>();
  }
  if (possible.substr(end, 2) != "\r\n") return fault(ProxyFault::kMalformed);
  ProxyHeader header{.length = end + 2, .route = std::nullopt};
  const std::string_view line = possible.substr(0, end).substr(kVersion1.size());
  if (is_unknown(line)) return header;
  header.route = route_in(line);
  if (!header.route) return fault(ProxyFault::kMalformed);
  return header;
}

// Version 2.

// Bytes of the addresses, by the family's half of its byte.
constexpr std::size_t kFixed = 16;
constexpr std::array<std::size_t, 4> kAddressBytes = {0, 12, 36, 216};
constexpr std::array<char, 4> kFamilies = {'\x00', '\x11', '\x21', '\x31'};
constexpr char kLocal = '\x20';
constexpr char kProxied = '\x21';

std::uint16_t number_at(std::string_view bytes, std::size_t position) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[position + i]); };
  return static_cast<std::uint16_t>(byte(0) << 8 | byte(1));
}

template <class Bytes>
policy::IpAddress ip_at(std::string_view bytes, std::size_t position) noexcept {
  Bytes ip{};
  std::ranges::copy(bytes.substr(position, ip.size()), ip.begin());
  if constexpr (ip.size() == 4)
    return policy::IpAddress::from_v4(ip);
  else
    return policy::IpAddress::from_v6(ip);
}

// Both addresses, then both ports.
template <class Bytes>
ProxyHeader::Route route_at(std::string_view addresses) noexcept {
  constexpr std::size_t kSize = std::tuple_size_v<Bytes>;
  return {Address::of(ip_at<Bytes>(addresses, 0), number_at(addresses, 2 * kSize)),
          Address::of(ip_at<Bytes>(addresses, kSize), number_at(addresses, 2 * kSize + 2))};
}

std::optional<ProxyHeader::Route> route_of(char family, std::string_view addresses) noexcept {
  if (family == kFamilies[1]) return route_at<policy::IpAddress::V4>(addresses);
  if (family == kFamilies[2]) return route_at<policy::IpAddress::V6>(addresses);
  return std::nullopt;
}

// Section 2.2.3: of the whole header, with zeros where the checksum stands.
bool is_checksum(std::string_view header, std::size_t position) noexcept {
  const std::uint32_t told =
      std::uint32_t{number_at(header, position)} << 16 | number_at(header, position + 2);
  const std::string_view zeros("\0\0\0\0", 4);
  return Crc32c()
             .add(header.substr(0, position))
             .add(zeros)
             .add(header.substr(position + zeros.size()))
             .value() == told;
}

// Nothing wrong with the TLVs from `position` on is no value.
std::optional<ProxyFault> fault_of_tlvs(std::string_view header, std::size_t position) noexcept {
  constexpr std::size_t kHead = 3;  // kind, length
  constexpr char kCrc32c = '\x03';
  while (position != header.size()) {
    if (header.size() - position < kHead) return ProxyFault::kMalformed;
    const char kind = header[position];
    const std::size_t length = number_at(header, position + 1);
    position += kHead;
    if (header.size() - position < length) return ProxyFault::kMalformed;
    if (kind == kCrc32c && length != 4) return ProxyFault::kMalformed;
    if (kind == kCrc32c && !is_checksum(header, position)) return ProxyFault::kChecksum;
    position += length;
  }
  return std::nullopt;
}

// What is told before the rest has come, so that nobody waits for it in vain.
std::optional<ProxyFault> fault_of_beginning(std::string_view bytes) noexcept {
  const auto known = [](char byte) {
    return std::ranges::find(kFamilies, byte) != kFamilies.end();
  };
  const bool local = bytes.size() > 12 && bytes[12] == kLocal;
  if (bytes.size() > 12 && bytes[12] != kProxied && !local) return ProxyFault::kMalformed;
  if (bytes.size() > 13 && !local && !known(bytes[13])) return ProxyFault::kMalformed;
  if (bytes.size() < kFixed) return std::nullopt;
  const std::size_t length = number_at(bytes, 14);
  if (kFixed + length > kLongestProxyHeader) return ProxyFault::kTooLong;
  const std::size_t least = local ? 0 : kAddressBytes.at(static_cast<std::size_t>(bytes[13] >> 4));
  if (length < least) return ProxyFault::kMalformed;
  return std::nullopt;
}

Reading read_version2(std::string_view bytes) noexcept {
  if (const auto what = fault_of_beginning(bytes)) return fault(*what);
  if (bytes.size() < kFixed || bytes.size() < kFixed + number_at(bytes, 14)) {
    return std::optional<ProxyHeader>();
  }
  const std::string_view header = bytes.substr(0, kFixed + number_at(bytes, 14));
  // Of LOCAL nothing else has a meaning (section 2.2).
  if (header[12] == kLocal) return ProxyHeader{.length = header.size(), .route = std::nullopt};
  const char family = header[13];
  const std::size_t addresses = kAddressBytes.at(static_cast<std::size_t>(family >> 4));
  if (const auto what = fault_of_tlvs(header, kFixed + addresses)) return fault(*what);
  return ProxyHeader{.length = header.size(), .route = route_of(family, header.substr(kFixed))};
}

}  // namespace

Reading read_proxy_header(std::string_view bytes) noexcept {
  if (!agree(bytes, kVersion1) && !agree(bytes, kVersion2)) return fault(ProxyFault::kNone);
  if (bytes.starts_with(kVersion1)) return read_version1(bytes);
  if (bytes.starts_with(kVersion2)) return read_version2(bytes);
  return std::optional<ProxyHeader>();
}

}  // namespace postern::net
