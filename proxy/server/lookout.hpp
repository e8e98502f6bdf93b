// SPDX-License-Identifier: Apache-2.0
// Gathers how the process is from all who know a part of it, for whoever shows it. On the
// supervisor's loop.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proxy/admin/log.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/server/admission.hpp"
#include "proxy/server/backend_news.hpp"
#include "proxy/server/certificate_watch.hpp"
#include "proxy/server/cluster_desk.hpp"
#include "proxy/server/control_door.hpp"
#include "proxy/server/guard.hpp"
#include "proxy/server/inquiries.hpp"
#include "proxy/server/overview.hpp"
#include "proxy/server/sandbox.hpp"
#include "proxy/server/service_record.hpp"
#include "proxy/server/session_list.hpp"
#include "proxy/server/user_crowd.hpp"

namespace postern::server {

class Lookout {
 public:
  /// Who knows. All of it outlives the lookout, and belongs to the supervisor's thread or may be
  /// asked from any.
  struct Sources {
    const std::string& configuration;
    const conf::Startup& startup;
    const Sandbox& sandbox;
    const bool& draining;
    const ServiceRecord& record;
    const Admission& admission;
    const admin::Log& log;
    const ControlDoor& control;
    const Guard& guard;
    const UserCrowd& users;
    const BackendNews& backends;
    const CertificateWatch& certificates;
    const ClusterDesk& cluster;
    net::Loop& loop;
    Inquiries& workers;
    std::size_t worker_count;
  };

  explicit Lookout(const Sources& sources) : sources_(sources) {}

  /// What is known without asking the workers: no sessions by listener and place.
  Overview look() const;
  /// Whether there are so many sessions that one place may have too many of them.
  bool has_many() const noexcept { return sources_.admission.count() >= kMany; }
  /// All of it: `done` is called later, once; or not at all where this returns false, because too
  /// many ask already.
  bool survey(std::function<void(Overview)> done) const;

 private:
  static constexpr std::uint32_t kMany = 20;
  using Answers = Inquiries::Answers<SessionSums>;

  void add_limits(Overview& told) const;
  void add_backends(Overview& told) const;
  void add_answers(Overview& told, const Answers& answers) const;
  void add_busiest(Overview& told, const SessionSums& sums) const;

  Sources sources_;
  std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
};

}  // namespace postern::server
