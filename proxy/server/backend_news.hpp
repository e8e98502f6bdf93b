// SPDX-License-Identifier: Apache-2.0
// The log's lines about backends: `backend_down` and `backend_up`, one each for an address and an
// outage, whether a login or a check found it out.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "proxy/admin/log.hpp"
#include "proxy/upstream/news.hpp"

namespace postern::server {

class BackendNews final : public upstream::News {
 public:
  /// The log must outlive it.
  explicit BackendNews(admin::Log& log) noexcept : log_(log) {}

  void on_down(const std::string& backend, const upstream::DialFailure& why,
               std::uint32_t failures) override;
  void on_up(const std::string& backend, const std::string& address,
             std::chrono::milliseconds outage) override;

  /// Why this address of the backend was taken for down last; empty: it was not, or it is back.
  std::string why(const std::string& backend, const std::string& address) const;

 private:
  static constexpr std::size_t kMost = 1'024;  // outages that are remembered

  admin::Log& log_;
  mutable std::mutex mutex_;  // guards reasons_
  std::map<std::pair<std::string, std::string>, std::string> reasons_;
};

}  // namespace postern::server
