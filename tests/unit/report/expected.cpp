// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/report/expected.hpp"

#include <algorithm>
#include <functional>

namespace postern::report {
namespace {

enum class Once { kALine, kASession };

using Choice = std::function<bool(const Happening&)>;
using KeyOf = std::function<std::vector<std::string>(const Happening&)>;

ExpectedRows count(const std::vector<Happening>& week, Time middle, Once once, const Choice& chosen,
                   const KeyOf& key_of) {
  std::map<std::vector<std::string>, std::vector<const Happening*>> groups;
  for (const Happening& one : week) {
    if (chosen(one)) groups[key_of(one)].push_back(&one);
  }
  ExpectedRows rows;
  for (const auto& [key, group] : groups) {
    Expected& row = rows[key];
    row.first = group.front()->when;  // a week is in the order of time
    row.last = group.back()->when;
    std::set<std::string> sessions;
    for (const Happening* const one : group) {
      if (once == Once::kASession && !sessions.insert(one->sid).second) continue;
      ++row.count;
      ++(one->when < middle ? row.before : row.after);
    }
  }
  return rows;
}

bool is(const Happening& one, std::initializer_list<std::string_view> events) {
  return std::ranges::find(events, one.event) != events.end();
}

}  // namespace

ExpectedRows expected_plaintext(const std::vector<Happening>& week, Time middle) {
  return count(
      week, middle, Once::kASession,
      [](const Happening& one) {
        return one.tls == "-" && !one.user.empty() &&
               is(one, {"policy_denied", "policy_would_deny", "secret_exposed", "session"});
      },
      [](const Happening& one) { return std::vector{one.user, one.ip}; });
}

ExpectedRows expected_tls(const std::vector<Happening>& week, Time middle) {
  return count(
      week, middle, Once::kALine,
      [](const Happening& one) { return one.event == "session" && one.tls != "-"; },
      [](const Happening& one) { return std::vector{one.tls, one.cipher}; });
}

ExpectedRows expected_tls_below(const std::vector<Happening>& week, Time middle) {
  return count(
      week, middle, Once::kASession,
      [](const Happening& one) {
        const bool old = one.tls == "TLSv1" || one.tls == "TLSv1.1";
        return (one.event == "session" && old) ||
               (one.event == "tls_failed" && one.message == "unsupported protocol");
      },
      [](const Happening& one) {
        return std::vector{one.user, one.ip, one.tls == "-" ? "" : one.tls};
      });
}

ExpectedRows expected_exposed(const std::vector<Happening>& week, Time middle) {
  return count(
      week, middle, Once::kALine,
      [](const Happening& one) { return one.event == "secret_exposed"; },
      [](const Happening& one) { return std::vector<std::string>{one.user, "refused"}; });
}

ExpectedRows expected_denied(const std::vector<Happening>& week, Time middle) {
  return count(
      week, middle, Once::kALine,
      [](const Happening& one) {
        return is(one, {"policy_denied", "secret_exposed", "auth_failed", "login_refused", "ban",
                        "limit"});
      },
      [](const Happening& one) {
        return std::vector{one.event, one.rule, one.reason, one.user, one.ip};
      });
}

std::map<std::string, Time> expected_still_used(const std::vector<Happening>& week) {
  std::map<std::string, Time> users;
  for (const Happening& one : week) {
    if (one.event == "exposed_credential_in_use") users[one.user] = one.when;
  }
  return users;
}

}  // namespace postern::report
