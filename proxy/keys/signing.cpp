// SPDX-License-Identifier: Apache-2.0
#include "proxy/keys/signing.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/keys/packet.hpp"
#include "proxy/net/packet_pair.hpp"
#include "tls/signatory.hpp"

namespace postern::keys {
namespace {

using Clock = std::chrono::steady_clock;

// Whoever asked first should not wait for all who came with it: RSA takes long.
constexpr std::chrono::milliseconds kLongestSilence{1};

std::optional<std::string> make(const tls::PrivateKey& key, const QuestionHead& head,
                                std::string_view bytes) {
  const std::span data(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  switch (static_cast<tls::KeyUse>(head.use)) {
    case tls::KeyUse::kSign:
      return key.sign(head.scheme, data);
    case tls::KeyUse::kDecrypt:
      return key.decrypt(data);
  }
  return std::nullopt;
}

class Answers {
 public:
  Answers(const net::Descriptor& channel, const KeyRing& ring) : channel_(channel), ring_(ring) {}

  // False when the packet is none of a worker's, or the answers reach nobody.
  bool to(std::string_view packet) {
    last_ = Clock::now();
    while (!packet.empty()) {
      const auto head = take_head<QuestionHead>(packet);
      if (!head || head->size > packet.size()) return false;
      if (!answer(*head, packet.substr(0, head->size))) return false;
      packet.remove_prefix(head->size);
    }
    return flush();
  }

 private:
  bool answer(const QuestionHead& head, std::string_view bytes) {
    AnswerHead answer{head.request, Outcome::kAnswered, 0};
    std::optional<std::string> made;
    if (const KeyRing::Key key = ring_.find(head.key)) {
      made = make(*key, head, bytes);
      if (!made) answer.outcome = Outcome::kImpossible;
    } else {
      answer.outcome = Outcome::kUnknownKey;
    }
    const std::string text = std::move(made).value_or("");
    answer.size = static_cast<std::uint32_t>(text.size());
    if (!writer_.has_room<AnswerHead>(text.size()) && !flush()) return false;
    writer_.put(answer, text);
    return Clock::now() - last_ < kLongestSilence || flush();
  }

  bool flush() {
    if (writer_.empty()) return true;
    const int error = net::send_packet(channel_, writer_.packet(), -1, net::Wait::kBlocks);
    writer_.clear();
    last_ = Clock::now();
    return error == 0;
  }

  const net::Descriptor& channel_;
  const KeyRing& ring_;
  std::unique_ptr<PacketBuffer> buffer_ = std::make_unique<PacketBuffer>();
  PacketWriter writer_{*buffer_};
  Clock::time_point last_;  // when answers left, or the questions came
};

}  // namespace

AskerEnd answer_questions(const net::Descriptor& channel, const KeyRing& ring) {
  const auto buffer = std::make_unique<PacketBuffer>();
  Answers answers(channel, ring);
  for (;;) {
    const net::Received received = net::receive_packet(channel, *buffer, net::Wait::kBlocks);
    if (received.error != 0 || received.packet.empty()) return AskerEnd::kGone;
    if (!answers.to(received.packet)) return AskerEnd::kMakesNoSense;
  }
}

}  // namespace postern::keys
