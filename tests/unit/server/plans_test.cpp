// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/plans.hpp"

#include <catch2/catch.hpp>

namespace postern::server {
namespace {

using policy::Mechanism;

conf::Live settings_with(std::vector<Mechanism> mechanisms, std::uint32_t max_auth_bytes) {
  conf::Live settings;
  settings.listeners.emplace_back();
  settings.policy.mechanisms = std::move(mechanisms);
  settings.limits.max_auth_bytes = max_auth_bytes;
  return settings;
}

// Two listeners in clear, so that no certificate is needed.
conf::Live two_listeners() {
  conf::Live settings;
  for (const char* const name : {"first", "second"}) {
    conf::Listener& listener = settings.listeners.emplace_back();
    listener.name = name;
    listener.tls = conf::ListenerTls::kNone;
  }
  settings.listeners[1].greeting = "hello";
  conf::Backend& backend = settings.backends.emplace_back();
  backend.name = "old";
  backend.address = {{"127.0.0.1", 110}};
  backend.error_text = policy::ErrorText::kPass;
  backend.line_ends = policy::LineEnds::kLf;
  backend.body = policy::Body::kRepair;
  backend.auth = policy::BackendAuth::kSaslPlain;
  backend.temporary_errors = {"busy"};
  return settings;
}

struct World {
  tls::TicketKeys keys{tls::TicketKeys::TimePoint::clock::now()};
  upstream::Pool pool;

  auto plan(const conf::Live& settings) const { return make_plans(settings, {}, keys, pool); }
};

}  // namespace

TEST_CASE("long lines inside AUTH are for mechanisms that need them") {
  const auto bound = [](std::vector<Mechanism> mechanisms, std::uint32_t most = 65'536) {
    return client_terms_for(settings_with(std::move(mechanisms), most), 0).max_auth_bytes;
  };
  CHECK(bound({Mechanism::kUser, Mechanism::kPlain, Mechanism::kLogin}) == 12'288);
  CHECK(bound({Mechanism::kCramMd5, Mechanism::kScramSha256}) == 12'288);
  for (const Mechanism one :
       {Mechanism::kGssapi, Mechanism::kNtlm, Mechanism::kXoauth2, Mechanism::kOauthBearer}) {
    CHECK(bound({Mechanism::kPlain, one}) == 65'536);
  }
  CHECK(bound({Mechanism::kPlain}, 1024) == 1024);
  CHECK(bound({Mechanism::kGssapi}, 1024) == 1024);
}

TEST_CASE("a listener's plan has what its clients are promised, and says where they go") {
  conf::Live settings = two_listeners();
  settings.timeouts.idle = conf::milliseconds{1};
  settings.limits.max_connections = 7;
  const auto plans = World().plan(settings);
  REQUIRE(plans);
  REQUIRE(plans->listeners.size() == 2);
  CHECK(plans->listeners[1].name == "second");
  CHECK(plans->listeners[1].terms.greeting == "hello");
  CHECK(plans->listeners[1].terms.stls == pop3::Stls::kAbsent);
  CHECK(plans->listeners[1].context == nullptr);
  CHECK(plans->listeners[1].routes.otherwise() == 0U);
  CHECK(plans->listeners[1].routes.routes().empty());
  CHECK(plans->timeouts == settings.timeouts);
  CHECK(plans->limits == settings.limits);
}

TEST_CASE("a backend's plan has what it takes to talk to it") {
  const conf::Live settings = two_listeners();
  const auto plans = World().plan(settings);
  REQUIRE(plans);
  const upstream::BackendPlan& plan = plans->backends.at(0);
  CHECK(plan.address == settings.backends[0].address);
  CHECK(plan.terms.auth == policy::BackendAuth::kSaslPlain);
  CHECK(plan.terms.error_text == policy::ErrorText::kPass);
  CHECK(plan.terms.line_ends == policy::LineEnds::kLf);
  CHECK(plan.terms.body == policy::Body::kRepair);
  CHECK(plan.terms.temporary_errors == std::vector<std::string>{"busy"});
  CHECK(plan.terms.known() == std::nullopt);
}

TEST_CASE("a backend's plan says how many connections there are, and where they come from") {
  World world;
  conf::Live settings = two_listeners();
  settings.backends[0].max_connections = 7;
  settings.backends[0].warm = 2;
  settings.backends[0].source_address = {"127.0.0.9"};
  const auto plans = world.plan(settings);
  REQUIRE(plans);
  const upstream::BackendPlan& backend = plans->backends[0];
  CHECK(backend.max_connections == 7);
  CHECK(backend.warm == 2);
  CHECK(backend.sources.towards(*net::Address::parse("127.0.0.1", 110))->ip() == "127.0.0.9");
}

TEST_CASE("a listener knows what can be learned of the backends that its logins may go to") {
  conf::Live settings = two_listeners();
  settings.backends.emplace_back().name = "new";
  settings.backends.emplace_back().name = "spare";
  settings.routes.push_back({.users = {"ann"}, .backend = "new"});
  settings.routes.push_back({.listeners = {"first"}, .backend = "old"});
  const auto plans = World().plan(settings);
  REQUIRE(plans);
  const auto& backends = plans->backends;
  const pop3::ClientTerms& first = plans->listeners[0].terms;
  const pop3::ClientTerms& second = plans->listeners[1].terms;
  REQUIRE(first.learned.size() == 2);
  CHECK(first.learned[0] == backends[0].terms.learned);
  CHECK(first.learned[1] == backends[1].terms.learned);
  REQUIRE(second.learned.size() == 1);
  CHECK(second.learned[0] == backends[1].terms.learned);
}

TEST_CASE("what sessions learn of a backend is in the next plan of it") {
  World world;
  const auto first = world.plan(two_listeners());
  REQUIRE(first);
  world.pool.keep(first->backends);
  const policy::CapabilitySet set = {{policy::Capability::kUidl}};
  first->backends[0].terms.learned->learn(set);
  const auto second = world.plan(two_listeners());
  REQUIRE(second);
  const auto known = second->backends[0].terms.known();
  REQUIRE(known);
  CHECK(known->has == set);
}

TEST_CASE("each listener that can have no TLS is told") {
  conf::Live settings = two_listeners();
  for (conf::Listener& listener : settings.listeners) listener.tls = conf::ListenerTls::kStls;
  settings.tls.certificates.clear();
  const auto plans = World().plan(settings);
  REQUIRE_FALSE(plans);
  REQUIRE(plans.error().size() == 2);
  CHECK(plans.error()[1].text.starts_with("listener \"second\": "));
}

}  // namespace postern::server
