// SPDX-License-Identifier: Apache-2.0
// Rules and clients by chance, the same every time, for properties that hold for all of them.
#pragma once

#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/rules.hpp"

namespace postern::policy {

/// A policy in its parts, so that a test can change one and ask again.
struct Parts {
  BaseRule base;
  std::vector<Exception> exceptions;

  Rules rules() const { return Rules(base, exceptions); }
};

class Chance {
 public:
  explicit Chance(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool once_in(std::size_t times) { return below(times) == 0; }

  template <typename Value, std::size_t kSize>
  Value one_of(const std::array<Value, kSize>& values) {
    return values[below(kSize)];
  }

  Level level() {
    return one_of(
        std::array{Level::kTlsRequired, Level::kTlsForPlaintext, Level::kPlaintextAllowed});
  }
  Link link() {
    return one_of(std::array{Link::kPlaintext, Link::kPlaintext, Link::kTls10, Link::kTls11,
                             Link::kTls12, Link::kTls13});
  }
  Mechanism mechanism() { return one_of(all_mechanisms()); }
  Moment moment() { return Moment(std::chrono::minutes(below(3 * 24 * 60))); }

  /// Enforced or not, now or from some time on.
  Enforcement enforcement() {
    return one_of(
        std::array{Enforcement::always(), Enforcement::never(), Enforcement::from(moment())});
  }

  Exception exception(std::size_t index) {
    Exception made;
    const std::string name = "policy.exception[" + std::to_string(index) + "]";
    made.login_rule = name + ".login";
    made.floor_rule = name + ".min_version";
    made.mode_rule = name + ".mode";
    made.stls_rule = name + ".stls";
    constexpr std::array<std::string_view, 3> kPlaces = {"10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0"};
    if (!once_in(3)) made.networks = {Network::parse(one_of(kPlaces)).value()};
    if (once_in(2)) made.users = {std::string(one_of(kUsers))};
    if (once_in(2)) made.login = level();
    if (once_in(3)) made.floor = link();
    if (once_in(4)) made.enforcement = enforcement();
    if (once_in(4)) made.expires = moment();
    if (once_in(2)) made.stls = one_of(std::array{StlsListing::kShown, StlsListing::kHidden});
    return made;
  }

  Parts parts() {
    Parts made;
    made.base.login = level();
    made.base.floor = one_of(std::array{Link::kTls10, Link::kTls12, Link::kTls13});
    made.base.enforcement = enforcement();
    if (once_in(2)) made.base.brownout.percent = static_cast<std::uint8_t>(below(kLots + 1));
    if (once_in(3)) made.base.brownout.hours = Hours::parse(one_of(kHours));
    made.base.mechanisms = {mechanism(), mechanism(), mechanism()};
    const std::size_t count = below(4);
    for (std::size_t i = 0; i < count; ++i) made.exceptions.push_back(exception(i));
    return made;
  }

  Facts facts() {
    Facts made;
    made.link = link();
    made.mechanism = mechanism();
    made.peer = IpAddress::parse(one_of(kPeers)).value();
    if (!once_in(3)) made.user = one_of(kUsers);
    made.now = moment();
    made.lot = static_cast<std::uint8_t>(below(kLots));
    return made;
  }

  Doubt doubt() { return one_of(std::array{Doubt::kDenies, Doubt::kAllows}); }

 private:
  static constexpr std::array<std::string_view, 3> kUsers = {"alice", "bob", "scanner"};
  static constexpr std::array<std::string_view, 3> kPeers = {"10.1.2.3", "10.2.3.4", "192.0.2.1"};
  static constexpr std::array<std::string_view, 3> kHours = {"09:00-10:00", "22:00-06:00",
                                                             "00:00-23:00"};

  std::mt19937_64 random_;
};

}  // namespace postern::policy
