// SPDX-License-Identifier: Apache-2.0
// The user that the service runs as, and what of the file system is open to that user: root, who
// asks, may do anything.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "proxy/confinement/identity.hpp"

namespace postern::doctor {

using Account = confinement::Identity;

std::optional<Account> account_of(const std::string& name);
std::optional<Account> account_of(uid_t user);

/// Something that is to be done with a path.
struct Access {
  std::string path;
  int mode = 0;  // R_OK, W_OK, X_OK
};

/// For each, 0 or the errno that this user meets; where there is no account, or we may not become
/// it, that we meet ourselves.
std::vector<int> try_as(const std::optional<Account>& account, const std::vector<Access>& wanted);

}  // namespace postern::doctor
