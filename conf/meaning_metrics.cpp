// SPDX-License-Identifier: Apache-2.0
// Where metrics are asked for. Nobody is asked who he is there.
#include <fmt/format.h>

#include <algorithm>

#include "conf/endpoint.hpp"
#include "conf/meaning.hpp"

namespace postern::conf {
namespace {

constexpr const char* kKey = "metrics.listen";

const Listener* listener_at(const Live& live, const Endpoint& endpoint) {
  const auto is_there = [&endpoint](const Endpoint& one) { return same_address(one, endpoint); };
  const auto found = std::ranges::find_if(live.listeners, [&](const Listener& listener) {
    return std::ranges::any_of(listener.address, is_there);
  });
  return endpoint.port == 0 || found == live.listeners.end() ? nullptr : &*found;
}

}  // namespace

void check_metrics(Reading& reading) {
  const Live& live = reading.settings.live;
  const auto endpoint = endpoint_from(live.metrics.listen);
  if (!endpoint || reading.broken.contains(kKey)) return;
  if (const Listener* const listener = listener_at(live, *endpoint)) {
    reading.report.error(reading.mark_of(kKey),
                         fmt::format("address {} is already taken by listener \"{}\" in line {}",
                                     to_string(*endpoint), listener->name, listener->mark.line));
  }
  if (is_loopback(*endpoint)) return;
  reading.report.warning("metrics-exposed", reading.mark_of(kKey),
                         fmt::format("metrics on {} are told to whoever can reach it: nobody is "
                                     "asked who he is there",
                                     to_string(*endpoint)));
}

}  // namespace postern::conf
