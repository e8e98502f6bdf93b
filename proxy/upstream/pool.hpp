// SPDX-License-Identifier: Apache-2.0
// What is known of the backends that are in service, apart from how they are configured: a reload
// makes new plans, and what was found out stays. Thread-safe; asked when plans are made, never by a
// session.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "proxy/upstream/backend_plan.hpp"

namespace postern::upstream {

class Pool {
 public:
  /// What is known of the backend of that name, if it was at the same addresses and had to prove
  /// the same; else a new state in which nothing is known but the connections that a backend of
  /// that name has. Changes nothing: the plan may never come into service.
  std::shared_ptr<BackendState> find(const std::string& name,
                                     const std::vector<conf::Endpoint>& address,
                                     const conf::BackendSecurity& security) const;

  /// These are in service from now on, with as many connections as they say; all others are
  /// forgotten, as soon as their last session has ended.
  void keep(const std::vector<BackendPlan>& plans);

  std::size_t size() const;

 private:
  struct Member {
    std::vector<conf::Endpoint> address;
    conf::BackendSecurity security;
    std::shared_ptr<BackendState> state;
  };

  mutable std::mutex mutex_;  // guards members_
  std::map<std::string, Member> members_;
};

}  // namespace postern::upstream
