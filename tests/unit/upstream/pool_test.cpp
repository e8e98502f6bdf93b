// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/pool.hpp"

#include <catch2/catch.hpp>

#include <thread>

namespace postern::upstream {
namespace {

using Addresses = std::vector<conf::Endpoint>;

const Addresses kHere = {{"10.0.0.1", 110}};
const Addresses kThere = {{"10.0.0.2", 110}};

policy::CapabilitySet top() { return {{policy::Capability::kTop}}; }

BackendPlan plan_of(const Pool& pool, const std::string& name, const Addresses& address,
                    const conf::BackendSecurity& security = {}) {
  return {.name = name,
          .address = address,
          .link = {.settings = security},
          .terms = {},
          .state = pool.find(name, address, security)};
}

// The first plan comes into service, and a session learns something.
void serve(Pool& pool, const std::string& name, const Addresses& address) {
  const BackendPlan plan = plan_of(pool, name, address);
  pool.keep({plan});
  plan.state->capabilities.learn(top());
}

bool knows(const Pool& pool, const std::string& name, const Addresses& address) {
  return pool.find(name, address, {})->capabilities.get().has_value();
}

}  // namespace

TEST_CASE("what is known of a backend survives a new plan") {
  Pool pool;
  CHECK_FALSE(knows(pool, "old", kHere));
  serve(pool, "old", kHere);
  const BackendPlan again = plan_of(pool, "old", kHere);
  CHECK(again.state->capabilities.get() == top());
  pool.keep({again});
  CHECK(knows(pool, "old", kHere));
}

TEST_CASE("another address, another order or another name may be another server") {
  Pool pool;
  Addresses both = kHere;
  both.insert(both.end(), kThere.begin(), kThere.end());
  serve(pool, "old", both);
  CHECK(knows(pool, "old", both));
  CHECK_FALSE(knows(pool, "old", kHere));
  CHECK_FALSE(knows(pool, "old", {both.rbegin(), both.rend()}));
  CHECK_FALSE(knows(pool, "new", both));
}

TEST_CASE("what was learned over a link that proved less, or something else, is not known") {
  Pool pool;
  serve(pool, "old", kHere);
  conf::BackendSecurity security{.tls = conf::BackendTls::kStls};
  CHECK_FALSE(pool.find("old", kHere, security)->capabilities.get());
  pool.keep({plan_of(pool, "old", kHere, security)});
  pool.find("old", kHere, security)->capabilities.learn(top());
  CHECK(pool.find("old", kHere, security)->capabilities.get());
  security.verify = tls::Verify::kNone;
  CHECK_FALSE(pool.find("old", kHere, security)->capabilities.get());
}

TEST_CASE("the connections of a name are counted together, wherever they go") {
  Pool pool;
  BackendPlan plan = plan_of(pool, "old", kHere);
  const Place held = plan.state->places->take();
  plan.max_connections = 2;
  pool.keep({plan});
  BackendPlan moved = plan_of(pool, "old", kThere);
  CHECK(moved.state != plan.state);
  CHECK(moved.state->places == plan.state->places);
  CHECK(moved.state->places->most() == 2);
  moved.max_connections = 1;
  CHECK(moved.state->places->take());
  pool.keep({moved});
  CHECK_FALSE(plan.state->places->take());
  CHECK(plan_of(pool, "other", kHere).state->places->taken() == 0);
}

TEST_CASE("a plan that does not come into service changes nothing") {
  Pool pool;
  serve(pool, "old", kHere);
  const BackendPlan refused = plan_of(pool, "old", kThere);
  refused.state->capabilities.learn({});
  CHECK(pool.find("old", kHere, {})->capabilities.get() == top());
  CHECK_FALSE(knows(pool, "old", kThere));
}

TEST_CASE("as much is kept as is in service") {
  Pool pool;
  for (int i = 0; i < 100; ++i) serve(pool, "backend" + std::to_string(i), kHere);
  CHECK(pool.size() == 1);
  pool.keep({plan_of(pool, "backend99", kHere), plan_of(pool, "other", kHere)});
  CHECK(pool.size() == 2);
  CHECK(knows(pool, "backend99", kHere));
  pool.keep({});
  CHECK(pool.size() == 0);
  CHECK_FALSE(knows(pool, "backend99", kHere));
}

TEST_CASE("a session goes on with a state that the pool has forgotten") {
  Pool pool;
  serve(pool, "old", kHere);
  const BackendPlan old = plan_of(pool, "old", kHere);
  pool.keep({plan_of(pool, "old", kThere)});
  CHECK(old.state->capabilities.get() == top());
}

TEST_CASE("plans may be made while sessions learn") {
  Pool pool;
  serve(pool, "old", kHere);
  const auto state = pool.find("old", kHere, {});
  std::thread session([&] {
    for (int i = 0; i < 1000; ++i)
      state->capabilities.learn(i % 2 == 0 ? top() : policy::CapabilitySet{});
  });
  for (int i = 0; i < 100; ++i) pool.keep({plan_of(pool, "old", kHere)});
  session.join();
  CHECK(pool.find("old", kHere, {}) == state);
}

}  // namespace postern::upstream
