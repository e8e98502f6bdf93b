// SPDX-License-Identifier: Apache-2.0
// One operator's tool at the control socket: a request, its reply, and perhaps the next. It has a
// few seconds to say a request, and as many to take the reply; nobody waits for it longer.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "proxy/admin/control_frame.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/local_socket.hpp"
#include "proxy/net/stream.hpp"

namespace postern::admin {

class ControlPeer final : private net::Stream::Owner {
 public:
  /// For a request, and for taking a reply.
  static constexpr std::chrono::seconds kPatience{5};

  class Owner {
   public:
    virtual ~Owner() = default;
    /// answer() is called once for it, from inside this call or later.
    virtual void on_asked(ControlPeer& peer, std::string request) = 0;
    /// It has taken all that it was told, and may be told more.
    virtual void on_listening(ControlPeer& peer) = 0;
    /// It is of no more use, and may be destroyed once its calls have returned.
    virtual void on_over(ControlPeer& peer) = 0;
  };

  /// `number` tells it from all others. `owner` must outlive it.
  ControlPeer(net::Loop& loop, net::Descriptor connection, net::LocalPeer who, std::uint64_t number,
              Owner& owner);
  ControlPeer(const ControlPeer&) = delete;
  ControlPeer& operator=(const ControlPeer&) = delete;

  /// The reply, or its last part.
  void answer(const std::string& json);
  /// Frames of a reply that goes on for a while. Who says something meanwhile, or leaves, is hung
  /// up on. Returns whether it may be told more at once; else on_listening() follows, if anything.
  bool tell(std::string_view frames);

  std::uint64_t number() const noexcept { return number_; }
  const net::LocalPeer& who() const noexcept { return who_; }
  bool is_over() const noexcept { return step_ == Step::kOver; }

 private:
  enum class Step {
    kAsking,     // the request is awaited
    kAnswering,  // the reply is being made
    kListening,  // parts of it are told as they come
    kTaking,     // it is on its way out
    kOver,
  };

  std::span<char> lend_buffer(net::Stream&) override { return buffer_; }
  void on_bytes(net::Stream& stream, std::span<char> bytes) override;
  void on_end(net::Stream& stream, net::StreamEnd end) override;
  void on_drained(net::Stream& stream) override;
  void on_connected(net::Stream&, int) override {}  // it was accepted

  void await_request();
  void hear(std::string_view bytes);
  void hear_early();
  void end();

  net::LocalPeer who_;
  std::uint64_t number_;
  Owner& owner_;
  Step step_ = Step::kAsking;
  FrameReader request_{kMostRequest};
  std::string early_;  // what came behind a request
  std::array<char, 4096> buffer_;
  net::Timer patience_;
  net::TurnEnd turn_end_;
  net::Stream stream_;
};

}  // namespace postern::admin
