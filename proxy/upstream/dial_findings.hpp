// SPDX-License-Identifier: Apache-2.0
// What becomes of each dial, by a login or by a check: noted where it is remembered, told when it
// is news, and when nothing is left that serves, the backend is known to be down.
#pragma once

#include <chrono>

#include "proxy/upstream/backend_plan.hpp"
#include "proxy/upstream/dialer.hpp"
#include "proxy/upstream/news.hpp"

namespace postern::upstream {

class DialFindings {
 public:
  /// Both must outlive it.
  DialFindings(const BackendPlan& plan, News& news) noexcept : plan_(plan), news_(news) {}

  /// Times are those of a loop.
  void note_greeting(AddressState& address, std::chrono::milliseconds now,
                     std::chrono::milliseconds took) const;
  void note_failure(AddressState& address, std::chrono::milliseconds now,
                    const DialFailure& why) const;
  /// A name has these addresses now; what was known of others does not count any more.
  void note_name(const conf::Endpoint& name, std::chrono::milliseconds now,
                 AddressBook::Roll addresses) const;
  /// Of a name nothing could be found out.
  void note_unknown(std::chrono::milliseconds now, const DialFailure& why) const;

  /// A backend without checks that is known to be down is worth a login's try again.
  void let_try(std::chrono::milliseconds now) const;

 private:
  void settle() const;

  const BackendPlan& plan_;
  News& news_;
};

}  // namespace postern::upstream
