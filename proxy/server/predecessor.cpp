// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/predecessor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "proxy/net/child.hpp"
#include "proxy/net/error_text.hpp"
#include "proxy/net/packet_pair.hpp"
#include "proxy/server/succession.hpp"

namespace postern::server {
namespace {

using Buffer = std::array<char, kMostOfPacket + 1>;

// Of a packet that does not come within some seconds nobody knows more.
std::string why_lost(int error) {
  return "the process whose place it is to take says no more" +
         (error == 0 ? std::string() : ": " + net::error_text(-error));
}

// "NAME\0CONFIGURED". One that is of no use is as if it had not come; what is to be listened on is
// opened then.
void add(std::vector<InheritedSocket>& sockets, std::string_view text, net::Descriptor socket) {
  const std::size_t end = text.find('\0');
  if (end == std::string_view::npos || !socket.valid()) return;
  auto one = inherit(std::string(text.substr(0, end)), std::string(text.substr(end + 1)),
                     std::move(socket));
  if (one) sockets.push_back(*std::move(one));
}

}  // namespace

// The variable could be left over from elsewhere, so the process that it names has to be ours.
std::optional<Predecessor> Predecessor::from_environment() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): there is no other thread yet.
  const char* const process = std::getenv(std::string(kSuccessionVariable).c_str());
  if (process == nullptr || std::to_string(getppid()) != process) return std::nullopt;
  return Predecessor(net::Descriptor(net::Child::kChannel));
}

std::expected<std::vector<InheritedSocket>, std::string> Predecessor::take_sockets() {
  std::vector<InheritedSocket> sockets;
  Buffer buffer;
  for (;;) {
    net::Received received = net::receive_packet(channel_, buffer, net::Wait::kSeconds);
    const auto message = message_in(received.packet);
    if (received.error != 0 || !message) return std::unexpected(why_lost(received.error));
    if (message->word == Word::kEnd) return sockets;
    if (message->word == Word::kSocket) {
      add(sockets, message->text, std::move(received.descriptor));
    }
  }
}

std::expected<Legacy, std::string> Predecessor::take_over() {
  if (!tell(channel_, Word::kPrepared)) return std::unexpected(why_lost(0));
  Legacy legacy;
  Buffer buffer;
  for (;;) {
    net::Received received = net::receive_packet(channel_, buffer, net::Wait::kSeconds);
    const auto message = message_in(received.packet);
    if (received.error != 0 || !message) return std::unexpected(why_lost(received.error));
    if (message->word == Word::kGo) return legacy;
    if (message->word == Word::kKeys) {
      legacy.ticket_keys = pop3::Secret(message->text);
      pop3::wipe(buffer.data(), buffer.size());
    } else if (message->word == Word::kBan) {
      legacy.bans.emplace_back(message->text);
    } else if (message->word == Word::kCounters) {
      add_text(legacy.counted, message->text);
    } else if (message->word == Word::kElder && received.descriptor.valid()) {
      legacy.elders.push_back(std::move(received.descriptor));
    }
  }
}

void Predecessor::refuse(std::string_view why) {
  tell(channel_, Word::kFailed, why.substr(0, kMostOfPacket - 1));
}

net::Descriptor Predecessor::serve() && {
  tell(channel_, Word::kServing);
  return std::move(channel_);
}

}  // namespace postern::server
