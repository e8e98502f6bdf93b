// SPDX-License-Identifier: Apache-2.0
// Where the master is looked for: the configured addresses in turn, the one that did last first,
// and whatever one of them says about where it is. Names become addresses here. It comes to an end,
// and then begins anew.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/cluster/engine_settings.hpp"
#include "proxy/net/address.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/resolver.hpp"

namespace postern::cluster {

class EngineSearch {
 public:
  struct Place {
    net::Address address;
    std::string host;  // as it was called
  };

  /// `found` is called on another turn than next(), when that said that it has to wait.
  EngineSearch(net::Resolver& resolver, const std::vector<EngineAddress>& addresses,
               net::Callback found);

  enum class Found : std::uint8_t {
    kNow,
    kLater,  // a name is asked for
    kNone,   // there is no further place; another call begins anew
  };
  Found next(Place& place);

  /// One of them has said that the master is there: next, unless too many have sent us on.
  void send_to(const EngineAddress& master);
  /// The place that next() gave last is the one; the next round begins there.
  void settle();
  /// Names that have no address, since it was last asked: for the log.
  std::string take_unknown();

 private:
  static constexpr std::size_t kMostSent = 3;  // in one round

  void open(const EngineAddress& address);

  net::Resolver& resolver_;
  const std::vector<EngineAddress>& addresses_;
  net::Callback found_;
  std::deque<EngineAddress> ahead_;  // of this round
  std::deque<Place> open_;
  std::size_t first_ = 0;  // with which a round begins
  std::size_t tried_ = 0;  // of this round
  std::size_t sent_ = 0;
  bool begun_ = false;
  std::string unknown_;
  std::unique_ptr<net::Lookup> lookup_;
};

}  // namespace postern::cluster
