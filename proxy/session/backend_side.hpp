// SPDX-License-Identifier: Apache-2.0
// A session's side towards its backend: one is reached, is told where the client comes from, hears
// what the dialogue says, and is let go. What comes from there goes to the dialogue, and what is
// found out on the way into the journal.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "conf/settings.hpp"
#include "proxy/pop3/dialogue.hpp"
#include "proxy/session/environment.hpp"
#include "proxy/session/journal.hpp"
#include "proxy/transport/transport.hpp"
#include "proxy/upstream/race.hpp"

namespace postern::session {

using transport::Transport;
using transport::TransportEnd;

class BackendSide final : private Transport::Owner, private upstream::Race::Owner {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// The dialogue has been told something, and may have ended.
    virtual void on_backend_moved() = 0;
  };

  /// Whom it works with, all of one session; they outlive it.
  struct Company {
    Journal& journal;
    pop3::Dialogue& dialogue;
    Transport& downstream;
  };

  BackendSide(const Environment& environment, const Company& company, Owner& owner) noexcept
      : environment_(environment), company_(company), owner_(owner) {}
  BackendSide(const BackendSide&) = delete;
  BackendSide& operator=(const BackendSide&) = delete;

  /// Begins to reach `backend`, which outlives this side, by a route of that name. There is no
  /// connection yet.
  void reach(const upstream::BackendPlan& backend, std::string_view route,
             const conf::Timeouts& timeouts);
  pop3::Sink send(std::string_view bytes);
  /// Where the client comes from, over the connection that is there.
  pop3::Sink introduce();
  /// The backend did not want to know that.
  void introduction_refused(const pop3::Report& report);
  /// A bare close, never a QUIT: nothing is deleted that the client did not ask for. Also ends the
  /// attempt to reach one.
  void close();

  /// Nothing is read without a connection.
  void set_reading(bool reading);
  /// Given to send(), and not to the kernel.
  std::size_t pending_bytes() const noexcept {
    return connection_ ? connection_->pending_bytes() : 0;
  }

 private:
  // Transport::Owner
  void on_plaintext(Transport& transport, std::span<char> bytes) override;
  void on_secured(Transport&) override {}  // a dialer secures
  void on_end(Transport& transport, TransportEnd end) override;
  void on_full(Transport&) override { owner_.on_backend_moved(); }
  void on_drained(Transport& transport) override;
  void on_connected(Transport&, int) override {}  // a dialer connects

  // upstream::Race::Owner
  void on_dialing(upstream::DialPhase phase, const std::string& address) override;
  void on_address_failed(const upstream::DialFailure& failure) override;
  void on_dialed(upstream::Dialed dialed) override;
  void on_dial_failed(const upstream::DialFailure& last) override;

  void trace(const TraceFact& fact) const {
    environment_.traces.write(company_.journal.visit(), company_.dialogue.user(), fact);
  }
  std::string announcement() const;
  void hear(std::string_view bytes);

  const Environment& environment_;
  Company company_;
  Owner& owner_;
  const upstream::BackendPlan* backend_ = nullptr;  // the last that was to be reached
  upstream::Seat seat_;                             // while there is a connection
  std::unique_ptr<Transport> connection_;
  std::unique_ptr<upstream::Race> race_;  // while the backend is being reached
};

}  // namespace postern::session
