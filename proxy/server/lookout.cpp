// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/lookout.hpp"

#include <unistd.h>

#include <algorithm>
#include <string_view>

namespace postern::server {
namespace {

std::vector<Overview::Listener> listeners_of(const ServiceRecord& record) {
  std::vector<Overview::Listener> all;
  for (const Listening& one : record.listening()) {
    auto known = std::ranges::find(all, one.listener, &Overview::Listener::name);
    if (known == all.end()) {
      known = all.insert(all.end(), {.name = one.listener, .tls = one.tls, .addresses = {}});
    }
    known->addresses.push_back(one.address.text());
  }
  return all;
}

}  // namespace

Overview Lookout::look() const {
  Overview told;
  told.version = POSTERN_VERSION;
  told.process = getpid();
  told.now = std::chrono::system_clock::now();
  told.started = started_;
  told.configuration = sources_.configuration;
  told.control = sources_.control.path();
  told.draining = sources_.draining;
  told.reload = sources_.record.last();
  for (const std::string_view key : sources_.record.waits_for_restart(sources_.startup)) {
    told.restart_keys.emplace_back(key);
  }
  told.workers = sources_.workers.size();
  told.sessions = sources_.admission.count();
  told.listeners = listeners_of(sources_.record);
  told.log_lines_lost = sources_.log.lost();
  return told;
}

}  // namespace postern::server
