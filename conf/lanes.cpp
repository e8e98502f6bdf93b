// SPDX-License-Identifier: Apache-2.0
#include "conf/lanes.hpp"

#include <algorithm>

namespace postern::conf {
namespace {

Lanes& at(std::vector<Lanes>& all, const Endpoint& endpoint) {
  const auto found = std::ranges::find_if(
      all, [&](const Lanes& one) { return same_address(one.endpoint, endpoint); });
  if (found != all.end()) return *found;
  return all.emplace_back(Lanes{.endpoint = endpoint, .listeners = {}, .names = {}});
}

// Who takes all names comes first, and once: what a second one would mean is not for this to say.
void add(Lanes& lanes, const std::vector<Listener>& listeners, std::size_t index) {
  std::vector<std::size_t>& all = lanes.listeners;
  if (std::ranges::find(all, index) != all.end()) return;
  if (!takes_all_names(listeners[index])) return all.push_back(index);
  if (all.empty() || !takes_all_names(listeners[all.front()])) all.insert(all.begin(), index);
}

void name(Lanes& lanes, const std::vector<Listener>& listeners) {
  for (std::size_t i = 0; i < lanes.listeners.size(); ++i) {
    const Listener& listener = listeners[lanes.listeners[i]];
    for (const std::string& pattern : listener.sni) lanes.names.add(pattern, i);
    if (takes_all_names(listener)) lanes.names.set_otherwise(i);
  }
}

}  // namespace

std::vector<Lanes> lanes_of(const Live& settings) {
  const std::vector<Listener>& listeners = settings.listeners;
  std::vector<Lanes> all;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    for (const Endpoint& endpoint : listeners[i].address) add(at(all, endpoint), listeners, i);
  }
  std::erase_if(all, [&](const Lanes& one) {
    return std::ranges::all_of(
        one.listeners, [&](std::size_t index) { return takes_all_names(listeners[index]); });
  });
  for (Lanes& lanes : all) name(lanes, listeners);
  return all;
}

std::optional<std::size_t> listener_for(const Live& settings, std::size_t listener,
                                        std::string_view name) {
  const std::vector<Lanes> all = lanes_of(settings);
  for (const Endpoint& endpoint : settings.listeners[listener].address) {
    const Lanes* const lanes = find_lanes(all, listener, endpoint);
    if (lanes == nullptr) continue;
    const auto lane = lanes->names.find(name);
    return lane ? std::optional(lanes->listeners[*lane]) : std::nullopt;
  }
  return listener;
}

const Lanes* find_lanes(const std::vector<Lanes>& lanes, std::size_t listener,
                        const Endpoint& endpoint) noexcept {
  const auto found = std::ranges::find_if(lanes, [&](const Lanes& one) {
    return same_address(one.endpoint, endpoint) &&
           std::ranges::find(one.listeners, listener) != one.listeners.end();
  });
  return found == lanes.end() ? nullptr : &*found;
}

}  // namespace postern::conf
