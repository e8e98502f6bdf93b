// SPDX-License-Identifier: Apache-2.0
// The addresses of one backend for one login, best first: in the order of the configuration, where
// names are looked up when their turn comes, or as the backend's load is balanced, where all are
// known before. Those that failed lately come last, and none comes twice.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/net/address.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/resolver.hpp"
#include "proxy/upstream/backend_plan.hpp"
#include "proxy/upstream/dialer.hpp"
#include "proxy/upstream/news.hpp"

namespace postern::upstream {

/// One address, what it was configured as, and what is known of it.
struct Candidate {
  net::Address address;
  std::string host;  // a name, or an IP literal
  std::shared_ptr<AddressState> state;
};

class Candidates {
 public:
  enum class Found : std::uint8_t {
    kNow,    // `candidate` was set
    kLater,  // a name is being looked up; `ready` will be called, and then next() again
    kNone,   // all have been handed out
  };
  /// A name that has no address, or could not be looked up.
  struct Unknown {
    std::string name;  // "mail.lan:110"
    int error = 0;     // a negative libuv error
  };

  /// All that is handed in must outlive it, but for `user`, who is empty where nobody is known.
  /// `ready` is never called from inside next(), and may be called when nobody waits.
  Candidates(const Dialer::World& world, const BackendPlan& plan, std::string_view user,
             net::Callback ready);

  Found next(Candidate& candidate);

  /// "mail.lan:110", while a name is being looked up.
  const std::string& looked_up() const noexcept { return looked_up_; }
  /// What could not be found since the last time.
  std::vector<Unknown> take_unknown() noexcept { return std::exchange(unknown_, {}); }

 private:
  bool one_by_one() const noexcept { return balance_ == policy::Balance::kFirst; }
  void open_more();
  void open(const conf::Endpoint& endpoint);
  void on_found(const conf::Endpoint& endpoint, std::vector<net::Address> addresses, int error);
  void add(const net::Address& address, const std::string& host);
  void enroll(const conf::Endpoint& endpoint, const std::vector<net::Address>& addresses);
  void wait_for_more();
  bool may_choose() const noexcept;
  void choose();

  net::Loop& loop_;
  net::Resolver& resolver_;
  News& news_;
  const BackendPlan& plan_;
  policy::Balance balance_;
  std::string user_;
  net::Callback ready_;
  std::size_t position_ = 0;  // of the endpoint that is opened next
  std::size_t pending_ = 0;   // lookups
  bool waits_ = false;        // for names, though some addresses are known
  bool patient_ = true;       // what is known does not have to do yet
  std::string looked_up_;
  std::vector<Unknown> unknown_;
  std::vector<const AddressState*> seen_;
  std::vector<Candidate> gathered_;  // to be put in order
  std::deque<Candidate> chosen_;     // best first
  net::Timer patience_;
  std::vector<std::unique_ptr<net::Lookup>> lookups_;
};

}  // namespace postern::upstream
