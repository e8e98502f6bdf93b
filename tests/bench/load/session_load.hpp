// SPDX-License-Identifier: Apache-2.0
// Whole sessions, some at a time: connect, TLS, say what there is to say, QUIT.
#pragma once

#include <memory>
#include <vector>

#include "load/load.hpp"

namespace postern::bench {

class SessionLoad final : public Load, public Client::Owner {
 public:
  SessionLoad(const Options& options, Client::World& world);

  void prepare() override;
  void work() override;

 private:
  struct Slot {
    std::unique_ptr<Client> client;
    Clock::time_point begun;
    bool busy = false;
  };

  void on_done(Client& client) override;
  void on_failed(Client& client, const std::string& why) override;
  void run_sessions(std::size_t count, std::size_t at_once);
  void begin(Slot& slot);
  Slot& slot_of(const Client& client);

  const Options& options_;
  Client::World& world_;
  Script script_;
  std::vector<Slot> slots_;
  std::size_t to_begin_ = 0;
  std::size_t open_ = 0;
  std::uint8_t source_ = 1;
};

}  // namespace postern::bench
