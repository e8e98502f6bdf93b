// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/certificates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "policy/date.hpp"

namespace postern::server {
namespace {

using std::chrono::days;
using std::chrono::sys_seconds;

// Long enough to find out why a renewal every 60 or 90 days did not happen.
constexpr days kSoon{14};

std::string key_of(std::size_t index, std::string_view leaf) {
  return fmt::format("tls.certificate[{}].{}", index, leaf);
}

std::string date(sys_seconds time) { return policy::minute_text(time) + " UTC"; }

bool covered(const tls::Certificates& certificates, std::string_view name) {
  return std::ranges::any_of(certificates, [name](const auto& one) { return one->matches(name); });
}

class Loader {
 public:
  Loader(const conf::Document& document, sys_seconds now) : document_(document), now_(now) {}

  std::expected<LoadedCertificates, conf::Diagnostics> load();

 private:
  void load(std::size_t index, const tls::CertificateFiles& files);
  void check_names();
  conf::Diagnostic about(conf::Severity severity, const std::string& key, std::string text) const {
    return conf::about(document_, severity, conf::mark_of(document_, key), std::move(text));
  }

  const conf::Document& document_;
  sys_seconds now_;
  LoadedCertificates loaded_;
  conf::Diagnostics errors_;
};

void Loader::load(std::size_t index, const tls::CertificateFiles& files) {
  auto certificate = tls::Certificate::load(files);
  if (!certificate) {
    errors_.push_back(
        about(conf::Severity::kError, key_of(index, blamed(certificate.error(), files)),
              fmt::format("tls.certificate[{}]: {}", index, certificate.error().said())));
    return;
  }
  if (const auto doubt = doubt_about_dates(**certificate, now_)) {
    loaded_.warnings.push_back(
        about(conf::Severity::kWarning, key_of(index, "cert_file"),
              fmt::format("tls.certificate[{}]: the certificate {}", index, *doubt)));
  }
  for (const tls::Doubt& doubt : (*certificate)->doubts()) {
    loaded_.warnings.push_back(about(conf::Severity::kWarning, key_of(index, "cert_file"),
                                     fmt::format("tls.certificate[{}]: {}", index, doubt.said())));
  }
  loaded_.certificates.push_back(std::move(*certificate));
}

void Loader::check_names() {
  if (loaded_.certificates.empty()) return;
  for (const std::string& name : document_.settings.live.server_names) {
    if (covered(loaded_.certificates, name)) continue;
    loaded_.warnings.push_back(about(conf::Severity::kWarning, "server.names",
                                     fmt::format("no certificate covers \"{}\"", name)));
  }
}

std::expected<LoadedCertificates, conf::Diagnostics> Loader::load() {
  const std::vector<tls::CertificateFiles>& all = document_.settings.live.tls.certificates;
  for (std::size_t i = 0; i < all.size(); ++i) load(i, all[i]);
  if (!errors_.empty()) return std::unexpected(std::move(errors_));
  check_names();
  return std::move(loaded_);
}

}  // namespace

std::string_view blamed(const tls::Error& error, const tls::CertificateFiles& files) {
  switch (error.kind) {
    case tls::ErrorKind::kKey:
    case tls::ErrorKind::kMismatch:
      return "key_file";
    case tls::ErrorKind::kFile:
      return error.text.contains(files.key_file) ? "key_file" : "cert_file";
    case tls::ErrorKind::kCertificate:
    case tls::ErrorKind::kLibrary:
      return "cert_file";
  }
  return "cert_file";
}

std::optional<std::string> doubt_about_dates(const tls::Certificate& certificate, sys_seconds now) {
  const sys_seconds end = certificate.not_after();
  if (now > end) return fmt::format("expired on {}", date(end));
  if (now < certificate.not_before()) {
    return fmt::format("is not valid before {}", date(certificate.not_before()));
  }
  if (end - now < kSoon) return fmt::format("expires soon, on {}", date(end));
  return std::nullopt;
}

std::expected<LoadedCertificates, conf::Diagnostics> load_certificates(
    const conf::Document& document, sys_seconds now) {
  return Loader(document, now).load();
}

}  // namespace postern::server
