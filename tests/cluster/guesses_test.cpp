// SPDX-License-Identifier: Apache-2.0
// Guesses as the engine counts them for many machines, beside the guard of one machine: the same
// logins have to come to the same.
#include <random>
#include <set>

#include "policy/guess_guard.hpp"
#include "tests/cluster/procedures_world.hpp"

namespace postern::cluster {
namespace {

using policy::Gate;
using testing::Redis;

policy::GuessLimits limits() {
  policy::GuessLimits made;
  made.per_ip = 12;
  made.per_user_network = 3;
  made.spray_users = 6;
  made.remember = std::chrono::minutes(5);
  return made;
}

/// Logins that come to both: to the guard, and, from machines in turn, to the engine.
class Both {
 public:
  Both() { world_.come_up(redis_); }

  struct Login {
    std::string address;
    std::string user;
    int password;  // 0 is the right one
  };
  struct Open {
    Login login;
    policy::Charge charge;
    std::int64_t shared_charge = 0;
  };

  /// The gates of both.
  std::pair<int, int> begin(const Login& login) {
    const auto ruling = guard_.before_login(try_of(login), now_);
    const auto reply = world_.call(Script::kTryLogin, keys_of(login), arguments_of(login));
    REQUIRE(reply);
    REQUIRE(reply->list.size() == 4);
    if (reply->list[0].integer == 0) {
      open.push_back({login, ruling.charge, reply->list[1].integer});
    } else if (ruling.gate == Gate::kOpen) {
      guard_.after_no_answer(try_of(login), ruling.charge, now_);
    }
    return {static_cast<int>(ruling.gate), static_cast<int>(reply->list[0].integer)};
  }

  /// What the outcome of one that is open comes to: new guess, lock, ban of which area; of both.
  struct Outcome {
    bool fresh = false;
    bool locked = false;
    unsigned prefix = 0;  // of the network that is banned
    int reason = 0;       // 1: guessing, 2: spraying

    bool operator==(const Outcome&) const = default;
  };
  std::pair<Outcome, Outcome> end(std::size_t position) {
    const Open one = open[position];
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(position));
    Words arguments = arguments_of(one.login);
    arguments.push_back(std::to_string(one.shared_charge));
    if (one.login.password == 0) {
      guard_.after_success(try_of(one.login), one.charge, now_);
      known_.insert(one.login.user + areas_of(one.login).front().text());
      REQUIRE(world_.call(Script::kRight, keys_of(one.login), arguments));
      return {};
    }
    const auto ruling = guard_.after_failure(try_of(one.login), one.charge, 0, now_);
    arguments.emplace_back("0");
    const auto reply = world_.call(Script::kWrong, keys_of(one.login), arguments);
    REQUIRE(reply);
    Outcome local{ruling.guess == policy::Guess::kNew, ruling.locked_until.has_value()};
    if (ruling.ban) {
      local.prefix = ruling.ban->network.prefix();
      local.reason = ruling.ban->reason == policy::BanReason::kSpraying ? 2 : 1;
      guard_.bans().remove(ruling.ban->network);  // so that it goes on
    }
    Outcome shared{reply->list[0].integer == 1, reply->list[1].integer == 1};
    shared.reason = static_cast<int>(reply->list[3].integer);
    if (shared.reason != 0) {
      const auto areas = areas_of(one.login);
      shared.prefix = areas.at(static_cast<std::size_t>(reply->list[2].integer - 1)).prefix();
    }
    return {local, shared};
  }

  std::vector<Open> open;

 private:
  static std::uint64_t digest_of(const Login& login) {
    return std::hash<std::string>()(login.user + std::to_string(login.password));
  }
  static policy::LoginTry try_of(const Login& login) {
    return {*policy::IpAddress::parse(login.address), login.user, digest_of(login),
            policy::SecretKind::kUnproven};
  }
  static std::vector<policy::Network> areas_of(const Login& login) {
    const auto address = *policy::IpAddress::parse(login.address);
    std::vector<policy::Network> areas;
    if (address.is_v4()) return {policy::Network::around(address, 32)};
    for (const unsigned prefix : {64U, 56U, 48U}) {
      areas.push_back(policy::Network::around(address, prefix));
    }
    return areas;
  }
  static Words keys_of(const Login& login) {
    const std::string pair = login.user + "@" + areas_of(login).front().text();
    Words keys = {"nt", "acc", "name", "l:" + pair, "u:" + pair, "r:" + pair, "x"};
    for (const auto& area : areas_of(login)) {
      for (const char* kind : {"p:", "t:", "q:", "v:"}) keys.push_back(kind + area.text());
    }
    return keys;
  }
  Words arguments_of(const Login& login) {
    const auto ms = [](auto span) {
      return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(span).count());
    };
    const policy::GuessLimits all = limits();
    return {std::to_string(++turn_ % 3),
            known_.contains(login.user + areas_of(login).front().text()) ? "ck" : "c",
            "0",
            std::to_string(digest_of(login)) + areas_of(login).front().text(),
            login.user + areas_of(login).front().text(),
            ms(all.window),
            std::to_string(all.per_ip),
            std::to_string(all.per_user_network),
            std::to_string(all.spray_users),
            ms(all.spray_window),
            ms(all.ban),
            ms(all.remember),
            "3"};
  }

  Redis redis_;
  ProceduresWorld world_;
  policy::GuessGuard guard_{limits(), {}, {1, 2}};
  policy::TimePoint now_ = policy::TimePoint() + std::chrono::hours(100);
  int turn_ = 0;
  std::set<std::string> known_;
};

// As the engine numbers them.
int number_of(Gate gate) {
  switch (gate) {
    case Gate::kOpen:
      return 0;
    case Gate::kLocked:
      return 2;
    case Gate::kCrowded:
      return 3;
    case Gate::kRemembered:
      return 4;
    case Gate::kBanned:
    case Gate::kFull:
    case Gate::kAway:
      return -1;
  }
  return -1;
}

TEST_CASE("many guesses from anywhere, in any order, are judged as on one machine") {
  const int seed = GENERATE(1, 2, 3);
  INFO("seed " << seed);
  std::minstd_rand random(static_cast<unsigned>(seed));
  const auto draw = [&random](unsigned below) { return random() % below; };
  Both both;
  int bans = 0;
  int locks = 0;
  std::array<int, 5> gates{};
  for (int i = 0; i < 600; ++i) {
    if (!both.open.empty() && (draw(2) == 0 || both.open.size() > 6)) {
      const auto [local, shared] = both.end(draw(static_cast<unsigned>(both.open.size())));
      INFO("outcome " << i);
      CHECK(local.fresh == shared.fresh);
      CHECK(local.locked == shared.locked);
      CHECK(local.prefix == shared.prefix);
      CHECK(local.reason == shared.reason);
      bans += shared.reason != 0;
      locks += shared.locked;
      continue;
    }
    const std::string address = draw(2) == 0 ? "198.51.100." + std::to_string(draw(2))
                                             : "2001:db8:0:" + std::to_string(draw(2)) + "::1";
    const Both::Login login{address, "user" + std::to_string(draw(8)), static_cast<int>(draw(4))};
    // The same one twice at a time is one guess to the engine.
    if (std::ranges::any_of(both.open, [&](const Both::Open& one) {
          return one.login.address == login.address && one.login.user == login.user;
        })) {
      continue;
    }
    const auto [local, shared] = both.begin(login);
    INFO("gate " << i << ": " << address << " " << login.user << " " << login.password);
    CHECK(number_of(static_cast<Gate>(local)) == shared);
    ++gates.at(static_cast<std::size_t>(shared));
  }
  CHECK(gates[0] > 50);
  CHECK(bans + locks > 5);
}

}  // namespace
}  // namespace postern::cluster
