// SPDX-License-Identifier: Apache-2.0
// What a process and the one that takes its place say to each other: packets, each a word and what
// belongs to it. Both may be of different versions of the program, so a word that is not known is
// passed over, and what belongs to one is text or JSON.
//
//     old                                     new
//     socket* end                        ──►  opens its configuration on these sockets
//                                        ◄──  prepared, or failed: why
//     keys* ban* counters* elder* go     ──►  takes over; nothing of it can fail
//                                        ◄──  serving
//     main                               ──►  tells the service manager, and begins its life
//     counters* open*                    ──►  adds what the old one's sessions still count
//                                        ◄──  reopen, drain, stop
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/admin/metrics_sums.hpp"
#include "proxy/net/descriptor.hpp"
#include "proxy/net/packet_pair.hpp"

namespace postern::server {

enum class Word : char {
  // From the old process:
  kSocket = 'S',    // a listening socket: its name, NUL, what it was configured as
  kEnd = 'E',       // of the sockets
  kKeys = 'K',      // of session tickets, as TicketKeys has them
  kBan = 'B',       // one, as to_text() has it
  kCounters = 'C',  // lines "NAME VALUE": to be added to one's own
  kElder = 'L',     // a descriptor: of a process before, whose sessions go on, its channel
  kGo = 'G',        // from now on it is the new one's
  kMain = 'M',      // the service manager knows of the new one
  kOpen = 'O',      // how many sessions the old one has still, as a number
  // And from the new one:
  kPrepared = 'p',
  kFailed = 'f',   // why
  kServing = 's',  // connections are accepted
  kReopen = 'r',   // the log
  kDrain = 'd',    // as told to the new one
  kStop = 'x',
};

struct Message {
  Word word;
  std::string_view text;
};

/// Nothing of an empty packet.
inline std::optional<Message> message_in(std::string_view packet) noexcept {
  if (packet.empty()) return std::nullopt;
  return Message{static_cast<Word>(packet.front()), packet.substr(1)};
}

/// A packet is no longer; counters are sent in several.
inline constexpr std::size_t kMostOfPacket = 32'768;

/// Sends a word, and a descriptor with it. False when nobody takes it any more, or not within a few
/// seconds.
bool tell(const net::Descriptor& channel, Word word, std::string_view text = {},
          const net::Descriptor* attached = nullptr, net::Wait wait = net::Wait::kSeconds);

/// Counters by their names.
using Counted = admin::MetricSums::Told;

/// As texts that each fit a packet, and back. What is no counter in a text is passed over.
std::vector<std::string> to_texts(const Counted& counted);
void add_text(Counted& counted, std::string_view text);

/// What has come to `before` since; both are of counters that never go back.
Counted difference(const Counted& now, const Counted& before);

/// In the environment of the new process: the number of the old one.
inline constexpr std::string_view kSuccessionVariable = "POSTERN_SUCCEEDS";

/// What a new process gets of this one's environment, "NAME=value", and who the old one is.
std::vector<std::string> environment_for_heir();

}  // namespace postern::server
