// SPDX-License-Identifier: Apache-2.0
// A loop for questions to servers, and all addresses that a backend has at the moment, found as a
// login finds them.
#pragma once

#include <memory>
#include <vector>

#include "proxy/net/loop.hpp"
#include "proxy/net/resolver.hpp"
#include "proxy/transport/buffers.hpp"
#include "proxy/upstream/candidates.hpp"
#include "proxy/upstream/dialer.hpp"
#include "proxy/upstream/news.hpp"

namespace postern::doctor {

/// What a dialer needs, for as long as somebody asks.
class Surgery {
 public:
  Surgery() : buffers_(std::make_unique<transport::Buffers>()), resolver_(loop_) {}

  upstream::Dialer::World world() { return {loop_, *buffers_, resolver_, news_}; }

 private:
  net::Loop loop_;
  std::unique_ptr<transport::Buffers> buffers_;
  net::Resolver resolver_;
  upstream::NoNews news_;
};

struct AddressRoll {
  std::vector<upstream::Candidate> candidates;
  std::vector<upstream::Candidates::Unknown> unknown;  // names without an address
};

/// Waits for name servers, as long as the resolver lets them take.
AddressRoll addresses_of(const upstream::Dialer::World& world, const conf::Backend& backend,
                         const upstream::BackendLink& link);

}  // namespace postern::doctor
