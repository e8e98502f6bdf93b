// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/port_holder.hpp"

#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace postern::server {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kListening = "0A";  // TCP_LISTEN, in hexadecimal

// A line of /proc/net/tcp: " 0: 0100007F:03E3 00000000:0000 0A …", address in the machine's order
// of bytes, four at a time.
struct ListeningSocket {
  std::string address;  // as bytes
  std::uint16_t port = 0;
  std::string inode;
};

std::optional<std::string> bytes_of(std::string_view digits) {
  std::string bytes;
  for (std::size_t at = 0; at + 8 <= digits.size(); at += 8) {
    std::uint32_t word = 0;
    const char* const begin = digits.data() + at;
    if (std::from_chars(begin, begin + 8, word, 16).ptr != begin + 8) return std::nullopt;
    bytes.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
  return bytes;
}

std::optional<ListeningSocket> listening_in(const std::string& line) {
  std::istringstream words(line);
  std::string number;
  std::string local;
  std::string state;
  std::string word;
  words >> number >> local >> word >> state;
  const std::size_t colon = local.find(':');
  if (state != kListening || colon == std::string::npos) return std::nullopt;
  ListeningSocket one;
  const auto address = bytes_of(std::string_view(local).substr(0, colon));
  const char* const end = local.data() + local.size();
  if (!address || std::from_chars(local.data() + colon + 1, end, one.port, 16).ptr != end) {
    return std::nullopt;
  }
  one.address = *address;
  // Then: queues, timer, retransmissions, user, timeout.
  for (int i = 0; i < 5; ++i) words >> word;
  words >> one.inode;
  return one;
}

std::string bytes_of(const net::Address& address) {
  const policy::IpAddress host = address.host();
  const auto bytes = host.own_bytes();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool meets(const ListeningSocket& one, const net::Address& address) {
  const std::string wanted = bytes_of(address);
  const std::string everywhere(wanted.size(), '\0');
  return one.port == address.port() &&
         (one.address == wanted || one.address == everywhere || wanted == everywhere);
}

std::vector<ListeningSocket> listening_at(const net::Address& address) {
  std::vector<ListeningSocket> found;
  std::ifstream file(address.family() == AF_INET ? "/proc/self/net/tcp" : "/proc/self/net/tcp6");
  for (std::string line; std::getline(file, line);) {
    const auto one = listening_in(line);
    if (one && meets(*one, address)) found.push_back(*one);
  }
  return found;
}

bool holds(const fs::path& process, const std::string& socket) {
  std::error_code error;
  for (const auto& descriptor : fs::directory_iterator(process / "fd", error)) {
    if (fs::read_symlink(descriptor.path(), error) == socket) return true;
  }
  return false;
}

std::string name_of(const fs::path& process) {
  std::string name;
  std::ifstream file(process / "comm");
  std::getline(file, name);
  return name;
}

}  // namespace

bool is_taken(const net::Address& address) { return !listening_at(address).empty(); }

std::optional<std::string> holder_of(const net::Address& address) {
  const auto found = listening_at(address);
  if (found.empty()) return std::nullopt;
  const std::string socket = "socket:[" + found.front().inode + "]";
  std::error_code error;
  for (const auto& process : fs::directory_iterator("/proc", error)) {
    const std::string id = process.path().filename().string();
    if (id.find_first_not_of("0123456789") != std::string::npos) continue;
    if (!holds(process.path(), socket)) continue;
    return " (by " + name_of(process.path()) + ", process " + id + ")";
  }
  return std::nullopt;
}

}  // namespace postern::server
