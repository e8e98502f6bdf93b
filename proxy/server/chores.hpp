// SPDX-License-Identifier: Apache-2.0
// What has to be done now and then as long as the process lives: keys of session tickets change,
// what the log has left out is told, what is to outlive the process is written down, and a service
// manager that watches learns that every worker still turns.
#pragma once

#include <memory>
#include <vector>

#include "proxy/admin/log.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/server/login_memory.hpp"
#include "proxy/server/service_news.hpp"
#include "proxy/server/watchdog.hpp"
#include "proxy/server/worker.hpp"
#include "tls/ticket_keys.hpp"

namespace postern::server {

class Chores {
 public:
  /// For whom they are done. All of it outlives the chores, the workers at least until the last
  /// turn of the loop.
  struct Household {
    admin::Log& log;
    ServiceNews& news;
    tls::TicketKeys& keys;
    LoginMemory& logins;
    const std::vector<std::unique_ptr<Worker>>& workers;
  };

  Chores(net::Loop& loop, const Household& household);

  /// Each once, and from then on at its time.
  void begin();
  /// Of what is to outlive the process: now.
  void save();

 private:
  void rotate_keys();
  void tell_left_out();
  void save_and_wait();
  void feed_watchdog();
  void ask_workers();

  Household household_;
  net::Timer keys_;
  net::Timer quota_;
  net::Timer saving_;
  net::Timer watchdog_;
  std::unique_ptr<Rounds> answers_;  // of the workers, to the watchdog
};

}  // namespace postern::server
