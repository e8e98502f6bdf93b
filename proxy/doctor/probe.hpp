// SPDX-License-Identifier: Apache-2.0
// Asks one address what it is, the way that logins take: the gateway's own dialer reaches, secures
// and hears it, and then it is told whose connection this is, asked for its capabilities, and left.
// No name and no password is ever said.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/net/address.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/upstream/dialer.hpp"
#include "tls/suite.hpp"

namespace postern::doctor {

/// Where to ask, and how.
struct Question {
  net::Address address;
  std::string host;  // that it was configured as
  upstream::BackendLink link;
  upstream::SourceAddresses sources = {};
  std::string announcement = {};  // before anything else
  std::string introduction = {};  // a command, behind the greeting; or none
  std::chrono::milliseconds patience{5'000};
};

/// What came of it.
struct Answer {
  std::optional<upstream::DialFailure> failure;  // then there is nothing else
  std::chrono::milliseconds greeted_after{0};
  std::string greeting;
  std::string leaf;  // the certificate that was shown, in DER
  tls::Suite suite;
  std::string introduced;                                // what it said to the introduction
  std::optional<std::vector<std::string>> capabilities;  // empty where it has none to tell
  bool took_leave = false;                               // it answered all that it was asked

  bool greeted() const noexcept { return !failure; }
};

class Probe final : private upstream::Dialer::Owner, private transport::Transport::Owner {
 public:
  /// Begins at once. `done` is called when it is over, from inside its own call: it must not be
  /// destroyed then. All that is handed in must outlive it.
  Probe(const upstream::Dialer::World& world, const Question& question, net::Callback done);

  const Answer& answer() const noexcept { return answer_; }

 private:
  enum class Stage : std::uint8_t { kDial, kIntroduction, kCapabilities, kList, kFarewell, kOver };

  // upstream::Dialer::Owner
  void on_phase(upstream::Dialer& dialer, upstream::DialPhase phase) override;
  void on_dialed(upstream::Dialer& dialer, std::unique_ptr<transport::Transport> connection,
                 std::string_view greeting) override;
  void on_dial_failed(upstream::Dialer& dialer, const upstream::DialFailure& failure) override;

  // transport::Transport::Owner
  void on_plaintext(transport::Transport& connection, std::span<char> bytes) override;
  void on_secured(transport::Transport& connection) override;
  void on_end(transport::Transport& connection, transport::TransportEnd end) override;
  void on_full(transport::Transport& connection) override;
  void on_drained(transport::Transport& connection) override;
  void on_connected(transport::Transport& connection, int error) override;

  void say(Stage stage, std::string_view command);
  void take(std::string_view line);
  void leave();

  const Question& question_;
  net::Callback done_;
  Stage stage_ = Stage::kDial;
  Answer answer_;
  std::string heard_;  // no whole line yet
  net::Timer patience_;
  std::unique_ptr<transport::Transport> connection_;
  std::unique_ptr<upstream::Dialer> dialer_;
};

/// Asks all of them at once, and waits for the last answer. They come back in the same order.
std::vector<Answer> ask_all(const upstream::Dialer::World& world,
                            const std::vector<Question>& questions);

}  // namespace postern::doctor
