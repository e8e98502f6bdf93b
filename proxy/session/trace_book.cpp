// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/trace_book.hpp"

#include <utility>

#include "policy/word.hpp"

namespace postern::session {

bool TraceScope::fits(const policy::IpAddress& address, std::string_view name) const noexcept {
  if (network && !network->contains(address)) return false;
  return user.empty() || policy::same_word(user, name);
}

void TraceBook::begin(Trace trace) {
  traces_.push_back(std::move(trace));
  spare_.traced = true;
}

void TraceBook::end(const std::shared_ptr<admin::TraceChannel>& channel) {
  std::erase_if(traces_, [&](const Trace& trace) { return trace.channel == channel; });
  spare_.traced = !traces_.empty();
}

void TraceBook::write(const Visit& visit, std::string_view user, const TraceFact& fact) const {
  const std::string ip = visit.peer.ip();
  for (const Trace& trace : traces_) {
    if (!trace.scope.fits(visit.peer.host(), user)) continue;
    trace.channel->put({visit.id, ip, user, fact.mark(), fact.text()});
  }
}

}  // namespace postern::session
