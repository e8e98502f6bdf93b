// SPDX-License-Identifier: Apache-2.0
// The log's lines about certificates: what is served from now on, what is not and why, what is
// about to expire, and which name of the server nothing covers.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/admin/log.hpp"
#include "proxy/server/expiry.hpp"
#include "tls/certificate.hpp"

namespace postern::server {

class CertificateNews {
 public:
  /// The log must outlive it.
  explicit CertificateNews(admin::Log& log) noexcept : log_(log) {}

  /// `file` is the chain's. The message tells how it came, and what is doubtful about it.
  void loaded(const std::string& file, const tls::Certificate& certificate, std::string_view how);
  void rejected(const std::string& file, std::string_view why);
  /// About an OCSP response: `file` is its own.
  void stapled(const std::string& file, const tls::Certificate& certificate,
               std::optional<std::chrono::sys_seconds> good_until);
  void not_stapled(const std::string& file, std::string_view why);
  /// About the authorities of clients.
  void believed(const std::string& file);
  void mismatched(const std::string& name);

  /// About one that is near its end: now, and again when a day has passed or it is more urgent.
  void expiring(const std::string& file, const tls::Certificate& certificate,
                std::chrono::sys_seconds now);
  /// What was said about expiring is said again: there is another configuration.
  void begin_anew() { told_.clear(); }

 private:
  struct Told {
    std::chrono::sys_seconds when;
    Expiry expiry = Expiry::kFar;
  };

  admin::Log& log_;
  std::map<std::string, Told> told_;  // by fingerprint; of what was said within a day
};

}  // namespace postern::server
