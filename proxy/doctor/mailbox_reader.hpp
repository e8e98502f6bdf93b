// SPDX-License-Identifier: Apache-2.0
// Logs in to one server as a user, and notes what is there: ids, sizes, and the headers of some
// messages. Nothing is deleted, and nothing fetched whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "proxy/doctor/mailbox.hpp"
#include "proxy/doctor/probe.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/pop3/secret.hpp"
#include "proxy/upstream/dialer.hpp"

namespace postern::doctor {

/// Of how many messages the headers are asked for: the first ones and the last.
inline constexpr std::size_t kMostHeaders = 20;

class MailboxReader final : private upstream::Dialer::Owner, private transport::Transport::Owner {
 public:
  /// Begins at once. `done` is called when it is over, from inside its own call: it must not be
  /// destroyed then. All that is handed in must outlive it; the question's patience is for each
  /// answer.
  MailboxReader(const upstream::Dialer::World& world, const Question& question,
                const pop3::Credential& credential, std::string server, net::Callback done);

  const Mailbox& mailbox() const noexcept { return mailbox_; }

 private:
  enum class Stage : std::uint8_t {
    kDial,
    kIntroduction,
    kUser,
    kPass,
    kList,
    kListLines,
    kUidl,
    kUidlLines,
    kTop,
    kTopLines,
    kFarewell,
    kOver,
  };

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
  bool accepts(std::string_view line, std::string_view what);  // else it is the mailbox's fault
  void say_password();
  void take_size(std::string_view line);
  void take_uid(std::string_view line);
  void take_header(std::string_view line);
  void ask_for_headers();
  void fail(std::string why);
  void leave();

  const Question& question_;
  const pop3::Credential& credential_;
  net::Callback done_;
  Stage stage_ = Stage::kDial;
  Mailbox mailbox_;
  std::size_t next_ = 0;  // whose id comes next, or whose headers are asked for next
  std::string heard_;     // no whole line yet
  net::Timer patience_;
  std::unique_ptr<transport::Transport> connection_;
  std::unique_ptr<upstream::Dialer> dialer_;
};

}  // namespace postern::doctor
