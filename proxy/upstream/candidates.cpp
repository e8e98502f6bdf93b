// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/candidates.hpp"

#include <algorithm>

namespace postern::upstream {

Candidates::Candidates(net::Resolver& resolver, const std::vector<conf::Endpoint>& endpoints,
                       net::Callback ready)
    : resolver_(resolver), endpoints_(endpoints), ready_(std::move(ready)) {}

Candidates::Found Candidates::next(net::Address& address) {
  if (!resolved_.empty()) {
    address = resolved_.back();
    resolved_.pop_back();
    return Found::kNow;
  }
  if (position_ == endpoints_.size()) return Found::kNone;
  const conf::Endpoint& endpoint = endpoints_[position_++];
  if (const auto literal = net::Address::parse(endpoint.host, endpoint.port)) {
    address = *literal;
    return Found::kNow;
  }
  lookup_ = std::make_unique<net::Lookup>(resolver_, endpoint.host, endpoint.port,
                                          [this](std::vector<net::Address> addresses, int error) {
                                            lookup_error_ = error;
                                            std::ranges::reverse(addresses);
                                            resolved_ = std::move(addresses);
                                            ready_();
                                          });
  return Found::kLater;
}

}  // namespace postern::upstream
