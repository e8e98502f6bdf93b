// SPDX-License-Identifier: Apache-2.0
// The OCSP response that a certificate is shown with: read from a file that somebody keeps fresh,
// followed as certificates are, and left away when it is no good. It never stops a certificate.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "proxy/net/file_stamp.hpp"
#include "tls/certificate.hpp"
#include "tls/ocsp.hpp"

namespace postern::server {

class Staple {
 public:
  using Shown = std::shared_ptr<const tls::Certificate>;

  /// Without a file there is never anything to staple.
  explicit Staple(std::string file = {}) : file_(std::move(file)) {}

  const std::string& file() const noexcept { return file_; }

  /// Reads the file and looks whether it does for this certificate, at this time.
  void read(const tls::Certificate& certificate, std::chrono::sys_seconds now);

  enum class Due { kNothing, kSoon, kReading };
  /// One look at the file and the clock; kReading: read() is to be called, and what is shown may
  /// change.
  Due look(std::chrono::sys_seconds now);

  /// Why nothing is stapled although there is a file; empty if it is.
  const std::string& fault() const noexcept { return fault_; }
  /// Until when it is good, if it is stapled and says so.
  std::optional<std::chrono::sys_seconds> good_until() const;

  /// The certificate as it is to be shown.
  Shown on(const Shown& certificate) const;

 private:
  std::string file_;
  net::Settling settling_;
  std::string der_;  // empty: nothing is stapled
  tls::OcspAnswer answer_;
  std::string fault_;
};

}  // namespace postern::server
