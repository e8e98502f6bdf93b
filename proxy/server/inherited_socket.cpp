// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/inherited_socket.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "proxy/net/acceptor.hpp"

namespace postern::server {
namespace {

constexpr int kFirstPassed = 3;  // SD_LISTEN_FDS_START
constexpr long kMostPassed = 1024;
constexpr std::string_view kUnnamed = "unknown";  // as systemd has it

std::string_view environment(const char* name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): there is no other thread yet.
  const char* const text = std::getenv(name);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

long number_from(std::string_view text) {
  long number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && stop == text.data() + text.size() ? number : 0;
}

}  // namespace

std::expected<InheritedSocket, std::string> inherit(std::string name, std::string configured,
                                                    net::Descriptor socket) {
  if (const auto fit = net::adopt_listening_socket(socket); !fit) {
    return std::unexpected(fit.error());
  }
  const auto address = net::Address::of_socket(socket.get());
  if (!address) return std::unexpected("it has no address");
  return InheritedSocket{std::move(name), std::move(configured), *address, std::move(socket)};
}

std::vector<std::string> names_of_passed_sockets(long own) {
  const long count = number_from(environment("LISTEN_FDS"));
  if (number_from(environment("LISTEN_PID")) != own || count <= 0) return {};
  std::vector<std::string> names;
  std::string_view listed = environment("LISTEN_FDNAMES");
  while (static_cast<long>(names.size()) < std::min(count, kMostPassed)) {
    const std::size_t colon = std::min(listed.find(':'), listed.size());
    names.emplace_back(colon == 0 ? kUnnamed : listed.substr(0, colon));
    listed.remove_prefix(std::min(colon + 1, listed.size()));
  }
  return names;
}

std::vector<InheritedSocket> take_passed_sockets(std::vector<std::string>& complaints) {
  std::vector<InheritedSocket> sockets;
  int number = kFirstPassed;
  for (std::string& name : names_of_passed_sockets(getpid())) {
    std::string shown = name;
    auto one = inherit(std::move(name), {}, net::Descriptor(number++));
    if (one) {
      sockets.push_back(*std::move(one));
    } else {
      complaints.push_back(
          fmt::format("the socket \"{}\" that was passed is of no use: {}", shown, one.error()));
    }
  }
  return sockets;
}

}  // namespace postern::server
