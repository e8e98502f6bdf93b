// SPDX-License-Identifier: Apache-2.0
// The status page: how the process is, looked at in the supervisor's thread as often as its metrics
// are, and written out in the threads of those who ask, who keep nobody waiting.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "proxy/server/lookout.hpp"
#include "proxy/server/metrics_desk.hpp"
#include "proxy/server/roll_out.hpp"
#include "proxy/server/status_model.hpp"

namespace postern::server {

class StatusDesk {
 public:
  /// Its pages are beside those of `metrics`, which outlives it. Until watch() they say that it is
  /// too early.
  explicit StatusDesk(MetricsDesk& metrics);
  StatusDesk(const StatusDesk&) = delete;
  StatusDesk& operator=(const StatusDesk&) = delete;

  /// Who knows how the process is, from now on; outlives it.
  void watch(const Lookout& lookout);

 private:
  // What those who ask share with the supervisor, and longer than this stands.
  struct Board {
    std::mutex mutex;
    std::shared_ptr<const StatusFacts> facts;  // null: nobody has looked yet

    std::shared_ptr<const StatusFacts> latest();
    void publish(std::shared_ptr<const StatusFacts> facts);
  };

  void look();

  MetricsDesk& metrics_;
  const Lookout* lookout_ = nullptr;
  std::string host_;
  RollOut roll_out_;
  std::shared_ptr<Board> board_ = std::make_shared<Board>();
};

}  // namespace postern::server
