// SPDX-License-Identifier: Apache-2.0
// Where a worker's handshakes ask for what only the signer can do. What is asked in one turn of the
// loop leaves together; what a signer that died has not answered is asked again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>

#include "proxy/keys/packet.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/descriptor.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/net/readiness.hpp"
#include "tls/signatory.hpp"

namespace postern::keys {

class KeyDesk final : public tls::Signatory, private net::Readiness::Owner {
 public:
  /// All of the loop's thread. Until there is a channel, questions wait.
  explicit KeyDesk(net::Loop& loop);
  ~KeyDesk() override;

  /// The signer is at the other end of this from now on.
  void use(net::Descriptor channel);

  /// Refused when too many wait already, or when the question is too large.
  std::unique_ptr<tls::KeyRequest> ask(const tls::KeyQuestion& question) override;

 private:
  class Question;

  void on_readable() override;
  void take_answers(std::string_view packet);
  void send();
  bool send_one_packet();
  void lose_channel();
  void forget(const Question& question) noexcept;

  std::uint64_t last_ = 0;
  std::size_t on_their_way_ = 0;  // sent and not answered, be they wanted still or not
  std::unordered_map<std::uint64_t, Question*> open_;
  std::deque<std::uint64_t> unsent_;  // some of them taken back
  std::unique_ptr<PacketBuffer> buffer_ = std::make_unique<PacketBuffer>();
  net::Loop& loop_;
  net::TurnEnd turn_end_;
  net::Descriptor channel_;
  std::unique_ptr<net::Readiness> readiness_;
};

}  // namespace postern::keys
