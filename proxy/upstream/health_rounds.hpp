// SPDX-License-Identifier: Apache-2.0
// Looks after the backends in service, once for the whole process: asks each address how it is, at
// an interval that is a little different every time, so that backends are not asked in step. Where
// checks are off, it lets a login try again when a backend has been down for a while.
#pragma once

#include <list>
#include <memory>
#include <vector>

#include "proxy/upstream/health_check.hpp"

namespace postern::upstream {

class HealthRounds {
 public:
  /// Nobody is looked after yet. `world` must outlive it.
  explicit HealthRounds(const Dialer::World& world);
  ~HealthRounds();
  HealthRounds(const HealthRounds&) = delete;
  HealthRounds& operator=(const HealthRounds&) = delete;

  /// From now on these, and no others; `plans` live as long as `keeper`. `patience` is for each
  /// address, 0 is as long as an interval.
  void look_after(std::shared_ptr<const void> keeper, const std::vector<BackendPlan>& plans,
                  std::chrono::milliseconds patience);
  /// Nobody any more.
  void rest() noexcept;

 private:
  class Patient;

  Dialer::World world_;
  std::shared_ptr<const void> keeper_;
  std::list<std::unique_ptr<Patient>> patients_;
};

}  // namespace postern::upstream
