// SPDX-License-Identifier: Apache-2.0
// Commands on sessions that are open: all of them in turn, some at a time.
#pragma once

#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "load/load.hpp"

namespace postern::bench {

class CommandLoad final : public Load, public Client::Owner {
 public:
  CommandLoad(const Options& options, Client::World& world);

  void prepare() override;
  void work() override;

 private:
  void on_done(Client& client) override;
  void on_failed(Client& client, const std::string& why) override;
  void open_sessions();
  void open_slow_ones();
  void run_commands(std::size_t count);
  void begin_next();
  void turn();

  const Options& options_;
  Client::World& world_;
  std::vector<Script> logins_;  // of some users, by turns
  Script command_;
  Script endless_;  // what a slow client reads
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<std::unique_ptr<Client>> slow_;
  std::deque<Client*> waiting_;  // open and idle, the longest idle first
  std::unordered_map<const Client*, Clock::time_point> begun_;
  std::size_t to_begin_ = 0;
  std::size_t opening_ = 0;
  std::size_t slow_opening_ = 0;
  std::size_t under_way_ = 0;
  Clock::time_point last_sip_;
};

}  // namespace postern::bench
