// SPDX-License-Identifier: Apache-2.0
// Reads the ticket keys of the configuration in use again when their file changes, and says so.
#pragma once

#include <string>
#include <vector>

#include "proxy/admin/log.hpp"
#include "proxy/server/file_follower.hpp"
#include "proxy/server/ticket_source.hpp"
#include "tls/ticket_keys.hpp"

namespace postern::server {

class TicketFollower final : public FileFollower {
 public:
  /// Both must outlive it.
  TicketFollower(admin::Log& log, tls::TicketKeys& keys) noexcept : log_(log), keys_(keys) {}

  /// Those of the configuration that has just gone into service.
  void use(LoadedTickets tickets);

  void list(std::vector<std::string>& paths) const override;
  Rest look() override;

 private:
  void take();

  admin::Log& log_;
  tls::TicketKeys& keys_;
  LoadedTickets tickets_;
};

}  // namespace postern::server
