// SPDX-License-Identifier: Apache-2.0
// One address that is called as a login calls it, by the gateway's own dialer, and then talked with
// line by line until whoever asks has heard enough, or it cannot be talked with.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "proxy/doctor/question.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/upstream/dialer.hpp"

namespace postern::doctor {

class Interview : private upstream::Dialer::Owner, private transport::Transport::Owner {
 public:
  ~Interview() override = default;
  Interview(const Interview&) = delete;
  Interview& operator=(const Interview&) = delete;

 protected:
  /// Why it cannot go on.
  enum class Cut : std::uint8_t { kSilence, kEnd, kEndlessLine };

  /// Begins at once. `done` is called when it is over, from inside its own call: it must not be
  /// destroyed then. All that is handed in must outlive it.
  Interview(const upstream::Dialer::World& world, const Question& question, net::Callback done);

  const Question& question() const noexcept { return question_; }
  /// From here on it has the question's patience, anew.
  void wait() { patience_.start(question_.patience); }
  void say(std::string_view command) { connection_->send(command); }
  /// The end, if it is not over yet.
  void leave();

 private:
  /// It has greeted, and is secured as the question wants it.
  virtual void on_greeted(const upstream::Dialer& dialer, std::string_view greeting,
                          const transport::Transport& connection) = 0;
  /// The end: it could not be reached.
  virtual void on_unreached(const upstream::DialFailure& failure) = 0;
  virtual void on_line(std::string_view line) = 0;  // without its end
  virtual void on_cut(Cut cut) = 0;                 // to leave() then

  // upstream::Dialer::Owner
  void on_phase(upstream::Dialer& dialer, upstream::DialPhase phase) final;
  void on_dialed(upstream::Dialer& dialer, std::unique_ptr<transport::Transport> connection,
                 std::string_view greeting) final;
  void on_dial_failed(upstream::Dialer& dialer, const upstream::DialFailure& failure) final;

  // transport::Transport::Owner
  void on_plaintext(transport::Transport& connection, std::span<char> bytes) final;
  void on_secured(transport::Transport& connection) final;
  void on_end(transport::Transport& connection, transport::TransportEnd end) final;
  void on_full(transport::Transport& connection) final;
  void on_drained(transport::Transport& connection) final;
  void on_connected(transport::Transport& connection, int error) final;

  void cut(Cut why);

  const Question& question_;
  net::Callback done_;
  bool over_ = false;
  std::string heard_;  // no whole line yet
  net::Timer patience_;
  std::unique_ptr<transport::Transport> connection_;
  std::unique_ptr<upstream::Dialer> dialer_;
};

}  // namespace postern::doctor
