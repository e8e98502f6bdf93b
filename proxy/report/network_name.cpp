#include "proxy/report/network_name.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace postern::report {
namespace {

std::string ipv4_network(const std::uint8_t* bytes) {
  return fmt::format("{}.{}.{}.0/24", bytes[0], bytes[1], bytes[2]);
}

}  // namespace

std::string network_of(const std::string& ip) {
  in_addr v4{};
  if (inet_pton(AF_INET, ip.c_str(), &v4) == 1) {
    std::array<std::uint8_t, 4> bytes{};
    std::copy_n(reinterpret_cast<const std::uint8_t*>(&v4), bytes.size(), bytes.begin());
    return ipv4_network(bytes.data());
  }
  in6_addr v6{};
  if (inet_pton(AF_INET6, ip.c_str(), &v6) != 1) return {};
  if (IN6_IS_ADDR_V4MAPPED(&v6)) return ipv4_network(v6.s6_addr + 12);
  std::fill(v6.s6_addr + 6, v6.s6_addr + 16, std::uint8_t{0});
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, &v6, text.data(), text.size());
  return fmt::format("{}/48", text.data());
}

}  // namespace postern::report
