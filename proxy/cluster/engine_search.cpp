// SPDX-License-Identifier: Apache-2.0
#include "proxy/cluster/engine_search.hpp"

#include <utility>

#include "proxy/net/error_text.hpp"

namespace postern::cluster {

EngineSearch::EngineSearch(net::Resolver& resolver, const std::vector<EngineAddress>& addresses,
                           net::Callback found)
    : resolver_(resolver), addresses_(addresses), found_(std::move(found)) {}

EngineSearch::Found EngineSearch::next(Place& place) {
  if (lookup_) return Found::kLater;
  if (!std::exchange(begun_, true)) tried_ = sent_ = 0;
  while (open_.empty()) {
    if (!ahead_.empty()) {
      const EngineAddress address = std::move(ahead_.front());
      ahead_.pop_front();
      open(address);
    } else if (tried_ < addresses_.size()) {
      open(addresses_[(first_ + tried_++) % addresses_.size()]);
    } else {
      begun_ = false;
      return Found::kNone;
    }
    if (lookup_) return Found::kLater;
  }
  place = std::move(open_.front());
  open_.pop_front();
  return Found::kNow;
}

void EngineSearch::open(const EngineAddress& address) {
  if (const auto literal = net::Address::parse(address.host, address.port)) {
    open_.push_back({*literal, address.host});
    return;
  }
  lookup_ = std::make_unique<net::Lookup>(
      resolver_, address.host, address.port,
      [this, address](const std::vector<net::Address>& addresses, int error) {
        if (addresses.empty()) {
          const int why = error == 0 ? net::no_address() : error;
          unknown_ = address.text() + ": " + net::error_text(why);
        }
        for (const net::Address& one : addresses) open_.push_back({one, address.host});
        EngineSearch& self = *this;  // what is captured goes with the look-up
        self.lookup_.reset();
        self.found_();
      });
}

void EngineSearch::send_to(const EngineAddress& master) {
  if (sent_++ < kMostSent) ahead_.push_front(master);
}

// Where a Sentinel or a replica has sent us on, the one that did so is asked first again.
void EngineSearch::settle() {
  if (tried_ != 0 && !addresses_.empty()) first_ = (first_ + tried_ - 1) % addresses_.size();
  begun_ = false;
  ahead_.clear();
  open_.clear();
}

std::string EngineSearch::take_unknown() { return std::exchange(unknown_, {}); }

}  // namespace postern::cluster
