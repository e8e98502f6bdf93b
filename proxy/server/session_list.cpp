// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/session_list.hpp"

#include <algorithm>

#include "proxy/session/session.hpp"

namespace postern::server {
namespace {

using session::Glance;
using session::Session;

char in_lower_case(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_same_name(std::string_view one, std::string_view other) noexcept {
  return std::ranges::equal(one, other, {}, in_lower_case, in_lower_case);
}

void add(SessionList& list, const Glance& session, std::size_t most) {
  if (list.rows.size() < most) {
    list.rows.push_back(session.row());
  } else {
    ++list.left_out;
  }
}

}  // namespace

bool SessionFilter::is_open() const noexcept {
  return ids.empty() && user.empty() && networks.empty() && listener.empty() && !state;
}

bool SessionFilter::fits(const Glance& session) const {
  if (!ids.empty() && std::ranges::find(ids, session.id()) == ids.end()) return false;
  if (!user.empty() && !is_same_name(user, session.user())) return false;
  const auto holds = [address = session.peer().host()](const policy::Network& network) {
    return network.contains(address);
  };
  if (!networks.empty() && std::ranges::none_of(networks, holds)) return false;
  if (!listener.empty() && listener != session.listener()) return false;
  return !state || *state == session.state();
}

SessionList list_sessions(session::Table& table, const SessionFilter& filter, std::size_t most) {
  SessionList list;
  table.visit([&](Session& session) {
    const Glance glance(session);
    if (filter.fits(glance)) add(list, glance, most);
  });
  return list;
}

SessionList end_sessions(session::Table& table, const SessionFilter& filter, std::size_t most) {
  SessionList list;
  table.visit([&](Session& session) {
    const Glance glance(session);
    if (glance.state() == session::State::kClosing || !filter.fits(glance)) return;
    add(list, glance, most);
    session.kick();
  });
  return list;
}

SessionSums count_sessions(session::Table& table, unsigned ipv4_prefix, unsigned ipv6_prefix) {
  SessionSums sums;
  table.visit([&](Session& session) {
    const Glance glance(session);
    auto found = sums.by_listener.find(glance.listener());
    if (found == sums.by_listener.end()) {
      found = sums.by_listener.emplace(glance.listener(), SessionSums::ByState{}).first;
    }
    ++found->second[static_cast<std::size_t>(glance.state())];
    const policy::IpAddress address = glance.peer().host();
    ++sums.by_place[policy::Network::around(address, address.is_v4() ? ipv4_prefix : ipv6_prefix)];
  });
  return sums;
}

}  // namespace postern::server
