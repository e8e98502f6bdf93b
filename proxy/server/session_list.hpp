// SPDX-License-Identifier: Apache-2.0
// Sessions by what they are: which of a worker's are meant, what they look like, their end, and how
// many there are of which kind.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/network.hpp"
#include "proxy/session/glance.hpp"
#include "proxy/session/session_state.hpp"
#include "proxy/session/table.hpp"

namespace postern::server {

/// Which are meant: those that all of this fits, as far as it is given.
struct SessionFilter {
  std::vector<std::string> ids = {};           // one of them
  std::string user = {};                       // as typed, in any case of letters
  std::vector<policy::Network> networks = {};  // in one of them
  std::string listener = {};
  std::optional<session::State> state = {};

  /// Whether everything is meant.
  bool is_open() const noexcept;
  bool fits(const session::Glance& session) const;
};

struct SessionList {
  std::vector<session::SessionRow> rows;
  std::size_t left_out = 0;  // that fit as well
};

/// At most so many.
SessionList list_sessions(session::Table& table, const SessionFilter& filter, std::size_t most);

/// Ends them, each in the way that its client understands best; those that end already are left
/// alone. Tells who they were, at most so many.
SessionList end_sessions(session::Table& table, const SessionFilter& filter, std::size_t most);

/// How many there are.
struct SessionSums {
  using ByState = std::array<std::uint32_t, session::kStateCount>;

  std::map<std::string, ByState, std::less<>> by_listener;
  std::map<policy::Network, std::uint32_t> by_place;
};

/// A place is the network of so many bits around an address.
SessionSums count_sessions(session::Table& table, unsigned ipv4_prefix, unsigned ipv6_prefix);

}  // namespace postern::server
