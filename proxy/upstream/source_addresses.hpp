// SPDX-License-Identifier: Apache-2.0
// The addresses of this machine that connections to a backend come from, where they are chosen: one
// of IPv4, one of IPv6, or both.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proxy/net/address.hpp"

namespace postern::upstream {

class SourceAddresses {
 public:
  /// The system chooses.
  SourceAddresses() = default;
  /// IP literals, of each family one; or none, which is the same.
  explicit SourceAddresses(const std::vector<std::string>& literals);

  bool are_chosen() const noexcept { return v4_ || v6_; }
  /// Where a connection to `target` comes from; empty where none is of its family.
  const std::optional<net::Address>& towards(const net::Address& target) const noexcept;

 private:
  std::optional<net::Address> v4_;
  std::optional<net::Address> v6_;
};

}  // namespace postern::upstream
