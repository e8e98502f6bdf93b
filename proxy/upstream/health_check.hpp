// SPDX-License-Identifier: Apache-2.0
// Asks one address how it is, as a mail program would: it has to greet, and is told QUIT. A bare
// connect would tell nothing of a server behind a balancer, or of one that takes and never serves.
#pragma once

#include <chrono>
#include <memory>

#include "proxy/upstream/candidates.hpp"
#include "proxy/upstream/dial_findings.hpp"
#include "proxy/upstream/seat.hpp"

namespace postern::upstream {

class HealthCheck final : private Dialer::Owner, private transport::Transport::Owner {
 public:
  /// Begins at once, or when there is a place for it among the connections. What it finds goes to
  /// `findings`; all that is handed in must outlive it.
  HealthCheck(const Dialer::World& world, const BackendPlan& plan, const DialFindings& findings,
              Candidate candidate, std::chrono::milliseconds patience);

  /// Whether it may be destroyed, which is never done from inside its own calls.
  bool is_over() const noexcept { return over_; }

 private:
  // Dialer::Owner
  void on_phase(Dialer& dialer, DialPhase phase) override;
  void on_dialed(Dialer& dialer, std::unique_ptr<transport::Transport> connection,
                 std::string_view greeting) override;
  void on_dial_failed(Dialer& dialer, const DialFailure& failure) override;

  // transport::Transport::Owner
  void on_plaintext(transport::Transport& connection, std::span<char> bytes) override;
  void on_secured(transport::Transport& connection) override;
  void on_end(transport::Transport& connection, transport::TransportEnd end) override;
  void on_full(transport::Transport& connection) override;
  void on_drained(transport::Transport& connection) override;
  void on_connected(transport::Transport& connection, int error) override;

  void wait_for_place();
  void begin();
  void leave();

  Dialer::World world_;
  const BackendPlan& plan_;
  const DialFindings& findings_;
  Candidate candidate_;
  std::chrono::milliseconds patience_;
  Seat seat_;
  std::unique_ptr<PlaceWait> line_;  // where no place was free
  bool over_ = false;
  net::Timer farewell_;
  std::unique_ptr<transport::Transport> connection_;  // that has greeted
  std::unique_ptr<Dialer> dialer_;
};

}  // namespace postern::upstream
