// SPDX-License-Identifier: Apache-2.0
// Gathers how the process is from all who know a part of it, for whoever shows it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "proxy/admin/log.hpp"
#include "proxy/server/admission.hpp"
#include "proxy/server/control_door.hpp"
#include "proxy/server/overview.hpp"
#include "proxy/server/service_record.hpp"
#include "proxy/server/worker.hpp"

namespace postern::server {

class Lookout {
 public:
  using Workers = std::vector<std::unique_ptr<Worker>>;

  /// Who knows. All of it outlives the lookout, and belongs to the supervisor's thread or may be
  /// asked from any.
  struct Sources {
    const std::string& configuration;
    const conf::Startup& startup;
    const ServiceRecord& record;
    const Admission& admission;
    const admin::Log& log;
    const ControlDoor& control;
    const bool& draining;
    const Workers& workers;
  };

  explicit Lookout(const Sources& sources) : sources_(sources) {}

  /// What is known without asking the workers.
  Overview look() const;

 private:
  Sources sources_;
  std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
};

}  // namespace postern::server
