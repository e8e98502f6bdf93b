// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/upkeep.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>

namespace postern::server {

using conf::LogLevel;

Upkeep::Upkeep(net::Loop& loop, admin::Log& log, tls::TicketKeys& keys, tls::KeyHolder* holder)
    : log_(log),
      maps_(log),
      tickets_(log, keys),
      certificates_(log, keys, holder),
      rounds_(
          loop, {&maps_, &tickets_, &certificates_},
          [this](const std::string& why) {
            log_.write(
                LogLevel::kWarn,
                log_.entry(LogLevel::kWarn, "reload")
                    .finish("changes of files are found within tls.reload_interval only: " + why));
          }),
      hour_(loop, [this] { each_hour(); }) {}

void Upkeep::use(Staged& staged) {
  const conf::Live& settings = staged.document.settings.live;
  maps_.use(std::move(staged.maps));
  tickets_.use(std::move(staged.tickets));
  cluster_ = std::move(staged.cluster);
  certificates_.use(settings, std::move(staged.pairs), std::move(staged.clients), staged.snapshot);
  rounds_.begin(settings.tls.reload_interval);
  hour_.start(std::chrono::hours(1));
}

void Upkeep::rest() {
  rounds_.rest();
  hour_.stop();
}

void Upkeep::each_hour() {
  hour_.start(std::chrono::hours(1));
  certificates_.tell_expiring();
}

}  // namespace postern::server
