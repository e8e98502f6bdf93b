// SPDX-License-Identifier: Apache-2.0
// The certificates that a configuration names, loaded and compared with what it promises. The same
// for `check`, for the start and for every reload.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conf/reader.hpp"
#include "proxy/server/certificate_pair.hpp"
#include "proxy/server/client_trust.hpp"
#include "tls/key_holder.hpp"
#include "tls/server_context.hpp"

namespace postern::server {

struct LoadedCertificates {
  std::vector<CertificatePair> pairs;  // those of the settings' tls.certificates, then of cert_dir
  conf::Diagnostics warnings;          // chains that clients may refuse
  // Dates, names not covered, broken ones of the directory: what the log has events of its own for.
  conf::Diagnostics lasting;
  ClientTrust clients = ClientTrust();

  /// Those that can be served, as they are to be shown.
  tls::Certificates certificates() const;
  /// They, and whom to believe about clients.
  tls::Credentials credentials() const { return {certificates(), clients.authorities()}; }
};

/// Loads all of them, with their keys at the holder if there is one, and the authorities of
/// clients. On failure a diagnostic for each that could not be, at the place of the file that is to
/// blame.
[[nodiscard]] std::expected<LoadedCertificates, conf::Diagnostics> load_certificates(
    const conf::Document& document, std::chrono::sys_seconds now, tls::KeyHolder* keys = nullptr);

/// Which of its files an error of a pair is about: "cert_file" or "key_file".
std::string_view blamed(const tls::Error& error, const tls::CertificateFiles& files);

/// What is the matter with a certificate's days.
struct DateDoubt {
  std::string check;  // for `doctor`
  std::string what;
};

/// "expired on 2026-11-01 12:00 UTC", or soon will, or is not valid yet; empty for a good one.
std::optional<DateDoubt> doubt_about_dates(const tls::Certificate& certificate,
                                           std::chrono::sys_seconds now);

}  // namespace postern::server
