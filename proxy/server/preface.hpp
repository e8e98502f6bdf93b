// SPDX-License-Identifier: Apache-2.0
// What comes before a session where a balancer stands before postern: its connection is held until
// it has said, by the header of the PROXY protocol, whose it is, and nothing else is done for it
// meanwhile. Bounded in number, time and memory; who does not belong here is logged and closed.
#pragma once

#include <chrono>
#include <list>
#include <memory>

#include "proxy/admin/counters.hpp"
#include "proxy/admin/log.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/net/proxy_intake.hpp"
#include "proxy/server/admission.hpp"
#include "proxy/server/arrival.hpp"
#include "proxy/server/proxy_mismatch.hpp"

namespace postern::server {

class Prefaces {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// The header has come: peer and local are as it says, and the next byte in the connection is
    /// the client's.
    virtual void on_introduced(Arrival arrival) = 0;
    /// Nobody waits any more.
    virtual void on_none_waiting() = 0;
  };

  /// As many wait at a time; with the next one, who has waited longest has waited in vain. A header
  /// leaves the balancer with the connection, so hardly any ever wait.
  static constexpr std::size_t kMost = 1024;

  /// All must outlive it. Whoever waits counts for `admission`.
  Prefaces(net::Loop& loop, admin::Log& log, admin::Counters& counters, Admission& admission,
           Owner& owner);
  ~Prefaces();
  Prefaces(const Prefaces&) = delete;
  Prefaces& operator=(const Prefaces&) = delete;

  /// A connection to a listener that asks for a header. May tell the owner at once.
  void add(Arrival arrival);
  /// Closes all that wait.
  void clear() noexcept;
  std::size_t size() const noexcept { return waiting_.size(); }

 private:
  class Waiting;
  static constexpr std::chrono::milliseconds kNever = std::chrono::milliseconds::max();

  void hold(Arrival arrival, net::ProxyIntake intake);
  void look(Waiting& waiting);
  void give_up(Waiting& waiting);
  void release(Waiting& waiting, net::ProxyIntake::State state);
  void finish(Arrival arrival, const net::ProxyIntake& intake, net::ProxyIntake::State state);
  void reject(Mismatch mismatch, const Arrival& arrival);
  void on_due();
  void await(std::chrono::milliseconds due);

  net::Loop& loop_;
  admin::Log& log_;
  admin::Counters& counters_;
  Admission& admission_;
  Owner& owner_;
  std::chrono::milliseconds next_due_ = kNever;  // when the timer runs out
  net::Timer timer_;
  std::list<std::unique_ptr<Waiting>> waiting_;  // who came first, first
};

}  // namespace postern::server
