// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/ticket_follower.hpp"

#include <utility>

namespace postern::server {

using conf::LogLevel;

void TicketFollower::use(LoadedTickets tickets) {
  tickets_ = std::move(tickets);
  take();
}

void TicketFollower::take() { keys_.use(tickets_.keys, tls::TicketKeys::TimePoint::clock::now()); }

void TicketFollower::list(std::vector<std::string>& paths) const {
  if (!tickets_.path.empty()) paths.push_back(tickets_.path);
}

FileFollower::Rest TicketFollower::look() {
  if (const auto news = renew_tickets(tickets_)) {
    const bool renewed = news->kind == TicketNews::Kind::kRenewed;
    if (renewed) take();
    const LogLevel level = renewed ? LogLevel::kInfo : LogLevel::kError;
    log_.write(level, log_.entry(level, "reload").finish(news->text));
  }
  return tickets_.seen == tickets_.stamp ? Rest::kAtRest : Rest::kMoving;
}

}  // namespace postern::server
