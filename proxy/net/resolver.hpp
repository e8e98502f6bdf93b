// SPDX-License-Identifier: Apache-2.0
// Host names and their addresses, for all that happens on one loop. An answer is kept for as long
// as its servers allow; beyond that it is used only while they do not answer (RFC 8767), so that a
// name server which fails takes no mail server with it.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "proxy/net/address.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/net/name_query.hpp"

namespace postern::net {

class Lookup;

struct ResolverSettings {
  std::string servers = {};  // "127.0.0.1:5353,…" for tests; empty: those of the system
  /// How long the servers have in all, and how long where an old answer would do.
  std::chrono::milliseconds limit{5'000};
  std::chrono::milliseconds limit_with_old{1'800};
  /// An old answer that had to be used is not doubted again for this long, and given up after that.
  std::chrono::milliseconds doubt{30'000};
  std::chrono::milliseconds oldest = std::chrono::days(1);
};

class Resolver {
 public:
  /// The loop must outlive it, and it all its lookups.
  explicit Resolver(Loop& loop, ResolverSettings settings = {});
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// How many names are remembered at the moment.
  std::size_t size() const noexcept { return names_.size(); }

 private:
  friend class Lookup;

  static constexpr std::size_t kMostNames = 64;

  struct Name {
    std::vector<Address> addresses = {};
    int error = 0;
    std::chrono::milliseconds fresh_until{0};
    std::chrono::milliseconds usable_until{0};
    std::chrono::milliseconds last_used{0};
    std::unique_ptr<NameQuery> query = {};  // under way
    std::vector<Lookup*> waiting = {};
  };
  struct Due {
    Lookup* lookup;
    std::vector<Address> addresses;
    int error;
  };

  void join(Lookup& lookup);
  void leave(Lookup& lookup) noexcept;
  void ask(const std::string& host, Name& name);
  void take(const NameQuery::Answer& answer, Name& name);
  void on_turn_end();
  void forget_one();
  bool is_usable(const Name& name) const noexcept;

  Loop& loop_;
  ResolverSettings settings_;
  std::map<std::string, Name> names_;
  std::deque<Due> due_;  // answered, and not told yet
  TurnEnd turn_end_;
};

/// One who wants to know. Destroying it means that it is not called any more, also from inside the
/// callback itself.
class Lookup {
 public:
  /// Empty when the name has no address, or the resolver failed; then `error` is a negative libuv
  /// error, else 0.
  using Callback = std::move_only_function<void(std::vector<Address>, int error)>;

  /// Starts at once; `callback` is called once, never from inside the constructor, and not at all
  /// when the lookup is destroyed first.
  Lookup(Resolver& resolver, std::string host, std::uint16_t port, Callback callback);
  ~Lookup();
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

 private:
  friend class Resolver;

  void tell(std::vector<Address> addresses, int error);

  Resolver& resolver_;
  std::string host_;
  std::uint16_t port_;
  Callback callback_;
};

}  // namespace postern::net
