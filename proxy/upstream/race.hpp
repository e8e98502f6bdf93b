// SPDX-License-Identifier: Apache-2.0
// Reaches a backend: its addresses one after the other, the next one beside those that are still
// silent after a moment, until one takes the connection, is secured and greets (RFC 8305). The
// others are closed then. Nothing but whose connection it is and STLS is said to any of them, so no
// credential leaves before one is chosen, and none leaves twice. What becomes of each address is
// remembered for those who come later. Each connection has one of the backend's places; the first
// one is waited for, in the line of all who do.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/net/callback.hpp"
#include "proxy/upstream/backend_plan.hpp"
#include "proxy/upstream/candidates.hpp"
#include "proxy/upstream/dial_findings.hpp"
#include "proxy/upstream/dialed.hpp"
#include "proxy/upstream/dialer.hpp"
#include "proxy/upstream/seat.hpp"
#include "proxy/upstream/warm_connection.hpp"

namespace postern::upstream {

class Race final : private Dialer::Owner {
 public:
  /// What is evidence only must not destroy the race.
  class Owner {
   public:
    virtual ~Owner() = default;
    /// Evidence: this is tried now, or has come to the next phase.
    virtual void on_dialing(DialPhase phase, const std::string& address) = 0;
    /// Evidence: it is over with this one.
    virtual void on_address_failed(const DialFailure& failure) = 0;
    /// The end: a connection to be taken over. The race may be destroyed now.
    virtual void on_dialed(Dialed dialed) = 0;
    /// The end: no address is left, and this was the last. The race may be destroyed now.
    virtual void on_dial_failed(const DialFailure& last) = 0;
  };

  enum class Errand : std::uint8_t {
    kLogin,
    kStock,  // in advance: waits for no place, and what fails is a doubt, not counted
  };

  /// Who is reached, how long each address has to connect, for TLS and to greet (0 is without an
  /// end), and for whom, if that is known; how long a place is waited for (0 is without an end);
  /// and what was made in advance, which is handed over if it is still good, and nobody is called
  /// then. The plan must outlive the race.
  struct Course {
    const BackendPlan& plan;
    std::chrono::milliseconds patience;
    std::string_view user = {};
    std::string announcement = {};  // what is said to each address first
    std::chrono::milliseconds queue{0};
    std::unique_ptr<WarmConnection> warm = nullptr;
    Errand errand = Errand::kLogin;
  };

  /// Begins at once. The constructor tells evidence and no end. When the race is destroyed first,
  /// nothing more is told, and its connections are closed.
  Race(const Dialer::World& world, Owner& owner, Course course);

 private:
  // Each may cost a backend that is merely slow a connection.
  static constexpr std::size_t kMostAtOnce = 4;

  struct Attempt {
    Candidate candidate;
    Seat seat;
    Trying trying;
    std::unique_ptr<Dialer> dialer;
  };
  using Attempts = std::vector<Attempt>;  // the one that began first, first

  // Dialer::Owner
  void on_phase(Dialer& dialer, DialPhase phase) override;
  void on_dialed(Dialer& dialer, std::unique_ptr<transport::Transport> connection,
                 std::string_view greeting) override;
  void on_dial_failed(Dialer& dialer, const DialFailure& failure) override;

  void begin();
  void hand_over_warm();
  void wait_for_place();
  void on_place();
  void leave_line();
  bool is_in_line() const noexcept { return line_ && !place_ && attempts_.empty(); }
  void try_next();
  void start(const Candidate& candidate);
  void on_timer();
  void on_names();
  void tell_unknown();
  Attempts::iterator attempt_of(const Dialer& dialer);
  void doubt_those_before(Attempts::const_iterator winner);
  void fail(const DialFailure& failure);

  Dialer::World world_;
  Owner& owner_;
  const BackendPlan& plan_;
  DialFindings findings_;
  std::chrono::milliseconds patience_;
  std::chrono::milliseconds queue_;
  std::string announcement_;
  Errand errand_;
  std::unique_ptr<WarmConnection> warm_;
  Place place_;                      // for the next attempt
  std::unique_ptr<PlaceWait> line_;  // where none was free
  bool waits_for_names_ = false;
  DialFailure last_;
  net::Timer timer_;
  Candidates candidates_;
  Attempts attempts_;
};

}  // namespace postern::upstream
