// SPDX-License-Identifier: Apache-2.0
// One backend, ready to be reached by sessions: where it is, how to talk to it, and what is known
// of it. Immutable but for the last, which all plans of the same backend share.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "conf/endpoint.hpp"
#include "policy/balance.hpp"
#include "proxy/pop3/backend_terms.hpp"
#include "proxy/upstream/address_book.hpp"
#include "proxy/upstream/backend_link.hpp"
#include "proxy/upstream/places.hpp"
#include "proxy/upstream/source_addresses.hpp"

namespace postern::upstream {

/// What sessions find out about one backend, kept as long as it is configured. Shared by the
/// sessions of all workers: each part is safe to use from any thread, and makes nobody wait.
struct BackendState {
  pop3::LearnedCapabilities capabilities;
  pop3::Availability availability;
  std::mutex settling;  // held while it is found out and set
  AddressBook addresses;
  std::atomic<std::uint32_t> turn{0};  // one more each time that somebody asks whose turn it is
  std::shared_ptr<Places> places = std::make_shared<Places>();  // of whatever has its name
};

struct BackendPlan {
  std::string name;
  std::vector<conf::Endpoint> address;  // in the order of the configuration
  policy::Balance balance = policy::Balance::kFirst;
  policy::HealthLimits health = {};
  std::chrono::milliseconds check_interval{0};  // 0: nobody asks but logins
  BackendLink link;
  SourceAddresses sources = {};
  std::uint32_t max_connections = 0;  // 0: any number
  std::uint32_t warm = 0;             // connections in advance, for each worker
  pop3::BackendTerms terms;
  std::shared_ptr<BackendState> state;  // what the terms have learned is in it
  /// Whether the log was told so, since this plan was made.
  std::shared_ptr<std::atomic<bool>> introduction_refused =
      std::make_shared<std::atomic<bool>>(false);
};

/// Connections in advance that all of them are to have, for each worker.
inline std::uint32_t warm_of(const std::vector<BackendPlan>& plans) noexcept {
  std::uint32_t sum = 0;
  for (const BackendPlan& plan : plans) sum += plan.warm;
  return sum;
}

}  // namespace postern::upstream
