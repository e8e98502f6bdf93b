// SPDX-License-Identifier: Apache-2.0
// A login in the words of scripts/logins.lua: keyed hashes for who it is and where it comes from,
// and the limits that it is judged by.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "conf/settings.hpp"
#include "proxy/cluster/cluster_keys.hpp"
#include "proxy/cluster/engine_command.hpp"
#include "proxy/session/logins.hpp"

namespace postern::server {

// policy::Charge::shared: how the engine has charged a login, with what it was asked as.
inline constexpr std::uint8_t kChargeBits = 0x03;
inline constexpr std::uint8_t kKnownThere = 0x04;
inline constexpr std::uint8_t kProvenSecret = 0x08;
inline constexpr std::uint8_t kAskedEngine = 0x80;

/// `user` as this machine's own guard has it.
session::Logins::Shared shared_of(const session::Logins::Subject& subject, std::string_view user,
                                  const policy::GuessLimits& limits,
                                  const cluster::ClusterKeys& keys);

/// The same user with the same password, in any spelling of the name; never 0.
std::uint64_t account_number(const pop3::Login& login, const cluster::ClusterKeys& keys);

cluster::Words keys_of(const session::Logins::Shared& shared);

/// `shared` as in a charge; `id` is this process among the machines.
cluster::Words arguments_of(const session::Logins::Trace& login, std::uint8_t shared,
                            const std::string& id, const conf::Limits& limits);

}  // namespace postern::server
