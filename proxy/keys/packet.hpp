// SPDX-License-Identifier: Apache-2.0
// What the signer and the rest of postern say to each other: packets over AF_UNIX pairs, both ends
// in the hands of the same program. Numbers are as the processor has them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace postern::keys {

/// No packet is larger.
inline constexpr std::size_t kMostPacket = 65'536;
/// A certificate, or the message that an Ed25519 key signs.
inline constexpr std::size_t kMostPart = kMostPacket - 64;

/// Kinds of packets on the way to the signer, on its control channel.
enum class Order : std::uint32_t {
  kChannel,       // a descriptor: a worker's channel
  kBegin,         // all channels have come; answered when it is locked down
  kTake,          // a descriptor, a number, the file's path: a key; answered
  kDrop,          // a number: the key is needed no more
  kCertificates,  // a descriptor, the file's path: what certificates it holds; answered
};

/// And back.
enum class Reply : std::uint32_t {
  kReady,    // to kBegin; why system calls are not forbidden, if they are not
  kPart,     // a certificate, or of a key its public half; more follows
  kDone,     // the file's outline, and the end
  kRefused,  // kind and code of an error, its text, a NUL, what mends it
};

struct OrderHead {
  Order order = Order::kBegin;
  std::uint32_t unused = 0;
  std::uint64_t number = 0;
};

struct ReplyHead {
  Reply reply = Reply::kDone;
  std::uint32_t kind = 0;  // tls::ErrorKind
  std::uint32_t code = 0;
  std::uint32_t unused = 0;
};

/// On a worker's channel, several of them one behind the other in a packet, each before its bytes.
struct QuestionHead {
  std::uint64_t request = 0;
  std::uint64_t key = 0;
  std::uint32_t size = 0;
  std::uint16_t scheme = 0;
  std::uint16_t use = 0;  // tls::KeyUse
};

enum class Outcome : std::uint32_t { kAnswered, kUnknownKey, kImpossible };

struct AnswerHead {
  std::uint64_t request = 0;
  Outcome outcome = Outcome::kAnswered;
  std::uint32_t size = 0;
};

using PacketBuffer = std::array<char, kMostPacket>;

/// Puts heads and bytes one behind the other.
class PacketWriter {
 public:
  explicit PacketWriter(PacketBuffer& buffer) noexcept : buffer_(buffer) {}

  /// Whether so many bytes still fit behind another head.
  template <class Head>
  bool has_room(std::size_t bytes) const noexcept {
    return sizeof(Head) + bytes <= buffer_.size() - used_;
  }
  /// Only what has_room().
  template <class Head>
  void put(const Head& head, std::string_view bytes) noexcept {
    static_assert(std::is_trivially_copyable_v<Head>);
    append({reinterpret_cast<const char*>(&head), sizeof head});
    append(bytes);
  }

  bool empty() const noexcept { return used_ == 0; }
  std::string_view packet() const noexcept { return {buffer_.data(), used_}; }
  void clear() noexcept { used_ = 0; }

 private:
  void append(std::string_view bytes) noexcept {
    used_ += bytes.copy(buffer_.data() + used_, buffer_.size() - used_);
  }

  PacketBuffer& buffer_;
  std::size_t used_ = 0;
};

/// Takes a head off the front of a packet; nothing when it is too short for one.
template <class Head>
std::optional<Head> take_head(std::string_view& packet) noexcept {
  static_assert(std::is_trivially_copyable_v<Head>);
  Head head;
  if (packet.size() < sizeof head) return std::nullopt;
  packet.copy(reinterpret_cast<char*>(&head), sizeof head);
  packet.remove_prefix(sizeof head);
  return head;
}

}  // namespace postern::keys
