// SPDX-License-Identifier: Apache-2.0
// A ban on its way to the other machines and back: sealed, since they have to read it again.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "policy/ban_list.hpp"
#include "proxy/cluster/cluster_keys.hpp"
#include "proxy/cluster/engine_command.hpp"

namespace postern::cluster {

struct SharedBan {
  policy::Ban ban;      // its end is of this machine's steady clock
  std::string comment;  // an administrator's
  std::string maker;    // the process that made it, as Membership calls it
  std::string node;     // and its machine

  bool operator==(const SharedBan&) const = default;
};

/// As the engine calls this network.
std::string name_of(const policy::Network& network, const ClusterKeys& keys);

/// The arguments of Script::kBan, of which there may be `most`.
Words arguments_of(const SharedBan& shared, const ClusterKeys& keys, policy::TimePoint now,
                   std::size_t most);

/// What stands there under that name, with milliseconds left (0: for ever). Empty unless a machine
/// with our key has put it there.
std::optional<SharedBan> ban_from(std::string_view name, std::string_view sealed,
                                  std::chrono::milliseconds left, const ClusterKeys& keys,
                                  policy::TimePoint now);

/// What the channel tells.
struct BanNews {
  std::string name;              // of the network
  std::optional<SharedBan> ban;  // empty: it is banned no more
};

/// Empty for what is none.
std::optional<BanNews> ban_news_from(std::string_view payload, const ClusterKeys& keys,
                                     policy::TimePoint now);

}  // namespace postern::cluster
