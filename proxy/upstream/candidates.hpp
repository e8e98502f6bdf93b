// SPDX-License-Identifier: Apache-2.0
// The addresses of one backend, one after the other, in the order of the configuration. Names are
// looked up when their turn comes.
#pragma once

#include <memory>
#include <vector>

#include "conf/endpoint.hpp"
#include "proxy/net/address.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/resolver.hpp"

namespace postern::upstream {

class Candidates {
 public:
  enum class Found {
    kNow,    // `address` was set
    kLater,  // a name is being looked up; `ready` will be called, and then next() again
    kNone,   // all have been handed out
  };

  /// `endpoints` and the resolver must outlive it. `ready` is never called from inside next().
  Candidates(net::Resolver& resolver, const std::vector<conf::Endpoint>& endpoints,
             net::Callback ready);

  Found next(net::Address& address);

  /// Of the name that is being looked up, or was last: "mail.lan:110", and why that failed; 0 when
  /// it did not.
  std::string looked_up() const { return conf::to_string(endpoints_[position_ - 1]); }
  int lookup_error() const noexcept { return lookup_error_; }

 private:
  net::Resolver& resolver_;
  const std::vector<conf::Endpoint>& endpoints_;
  net::Callback ready_;
  std::size_t position_ = 0;
  std::vector<net::Address> resolved_;  // of the endpoint before `position_`, last one first
  int lookup_error_ = 0;
  std::unique_ptr<net::Lookup> lookup_;
};

}  // namespace postern::upstream
