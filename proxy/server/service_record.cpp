// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/service_record.hpp"

#include <algorithm>
#include <utility>

#include "proxy/server/restart.hpp"

namespace postern::server {
namespace {

std::vector<Listening> listening_on(const Staged& staged) {
  std::vector<Listening> all;
  for (const Door& door : staged.doors) {
    const auto add = [&](std::size_t index) {
      const conf::Listener& listener = staged.document.settings.live.listeners[index];
      all.push_back({.listener = listener.name,
                     .tls = listener.tls,
                     .address = door.address,
                     .fresh = !door.sockets.empty()});
    };
    if (!door.lanes) {
      add(door.listener);
    } else {
      std::ranges::for_each(staged.snapshot->lanes[*door.lanes].listeners, add);
    }
  }
  return all;
}

// The first line names the place; the source line and caret are for a terminal.
std::string first_line(std::string text) {
  text.resize(std::min(text.size(), text.find('\n')));
  return text;
}

}  // namespace

Changes ServiceRecord::changes_by(const Staged& next, std::size_t workers) const {
  Changes changes{.listeners = next.document.settings.live.listeners.size(),
                  .workers = workers,
                  .listening = listening_on(next),
                  .warnings = next.warnings};
  for (const Listening& one : listening_) {
    const auto is_there = [&one](const Listening& other) {
      return other.address.text() == one.address.text();
    };
    if (std::ranges::none_of(changes.listening, is_there)) changes.closed.push_back(one);
  }
  if (document_) changes.keys = conf::differences(*document_, next.document);
  return changes;
}

void ServiceRecord::take(Staged staged, const Changes& changes) {
  document_ = std::move(staged.document);
  snapshot_ = std::move(staged.snapshot);
  listening_ = changes.listening;
  last_ = {.when = std::chrono::system_clock::now()};
}

void ServiceRecord::refuse(const Refusal& refusal, const std::string& file) {
  constexpr std::size_t kMost = 20;
  last_ = {.when = std::chrono::system_clock::now(), .taken = false};
  for (const conf::Diagnostic& one : refusal.diagnostics) {
    if (one.severity != conf::Severity::kError || last_.why.size() >= kMost) continue;
    last_.why.push_back(first_line(render(one, file)));
  }
}

std::vector<std::string_view> ServiceRecord::waits_for_restart(const conf::Startup& running) const {
  if (!document_) return {};
  return keys_for_restart(document_->settings.startup, running);
}

}  // namespace postern::server
