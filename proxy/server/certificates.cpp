// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/certificates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "policy/date.hpp"
#include "proxy/server/certificate_directory.hpp"
#include "proxy/server/expiry.hpp"

namespace postern::server {
namespace {

using std::chrono::sys_seconds;

std::string key_of(std::size_t index, std::string_view leaf) {
  return fmt::format("tls.certificate[{}].{}", index, leaf);
}

// As `doctor` calls it.
std::string_view name_of(tls::ErrorKind kind) noexcept {
  switch (kind) {
    case tls::ErrorKind::kFile:
      return "file-unreadable";
    case tls::ErrorKind::kCertificate:
      return "certificate-broken";
    case tls::ErrorKind::kKey:
      return "key-broken";
    case tls::ErrorKind::kMismatch:
      return "key-mismatch";
    case tls::ErrorKind::kLibrary:
      return "certificate-refused";
  }
  std::unreachable();
}

constexpr const char* kDirectoryKey = "tls.cert_dir";

std::string date(sys_seconds time) { return policy::minute_text(time) + " UTC"; }

bool covered(const std::vector<CertificatePair>& pairs, std::string_view name) {
  return std::ranges::any_of(pairs, [name](const auto& one) {
    return one.certificate != nullptr && one.certificate->matches(name);
  });
}

class Loader {
 public:
  Loader(const conf::Document& document, sys_seconds now, tls::KeyHolder* keys)
      : document_(document), now_(now), keys_(keys) {}

  std::expected<LoadedCertificates, conf::Diagnostics> load();

 private:
  void load(std::size_t index, const tls::CertificateFiles& files);
  void load_directory();
  void load_from_directory(const tls::CertificateFiles& files);
  void look_at(const CertificatePair& pair, const std::string& key, const std::string& subject);
  void load_clients();
  void check_names();
  conf::Diagnostic about(conf::Severity severity, const std::string& key, std::string text) const {
    return conf::about(document_, severity, conf::mark_of(document_, key), std::move(text));
  }

  conf::Diagnostic warning(const std::string& key, conf::Advice advice) const {
    return conf::about(document_, conf::mark_of(document_, key), std::move(advice));
  }

  const conf::Document& document_;
  sys_seconds now_;
  tls::KeyHolder* keys_;
  LoadedCertificates loaded_;
  conf::Diagnostics errors_;
};

void Loader::load(std::size_t index, const tls::CertificateFiles& files) {
  auto pair = read_pair(files, keys_);
  if (!pair) {
    errors_.push_back(about(conf::Severity::kError, key_of(index, blamed(pair.error(), files)),
                            fmt::format("tls.certificate[{}]: {}", index, pair.error().said())));
    errors_.back().check = name_of(pair.error().kind);
    errors_.back().fix = pair.error().fix;
    return;
  }
  pair->staple.read(*pair->certificate, now_);
  if (const std::string& fault = pair->staple.fault(); !fault.empty()) {
    loaded_.warnings.push_back(
        warning(key_of(index, "ocsp_file"),
                {"staple-refused",
                 fmt::format("tls.certificate[{}]: the OCSP response is not stapled: {} ({})",
                             index, fault, files.ocsp_file)}));
  }
  look_at(*pair, key_of(index, "cert_file"), fmt::format("tls.certificate[{}]", index));
  loaded_.pairs.push_back(*std::move(pair));
}

void Loader::look_at(const CertificatePair& pair, const std::string& key,
                     const std::string& subject) {
  if (const auto doubt = doubt_about_dates(*pair.certificate, now_)) {
    loaded_.lasting.push_back(
        warning(key, {doubt->check, fmt::format("{}: the certificate {}", subject, doubt->what)}));
  }
  for (const tls::Doubt& doubt : pair.certificate->doubts()) {
    loaded_.warnings.push_back(
        warning(key, {doubt.check, fmt::format("{}: {}", subject, doubt.what), doubt.fix}));
  }
}

// Of these, a broken one does not stop the others.
void Loader::load_directory() {
  const std::string& directory = document_.settings.live.tls.cert_dir;
  if (directory.empty()) return;
  const auto found = pairs_in(directory);
  if (!found) {
    errors_.push_back(about(conf::Severity::kError, kDirectoryKey,
                            fmt::format("cannot read {}: {}", directory, found.error())));
    return;
  }
  for (const tls::CertificateFiles& files : found->pairs) load_from_directory(files);
  if (found->left_out != 0) {
    loaded_.warnings.push_back(warning(
        kDirectoryKey,
        {"certificates-left-out", fmt::format("{} more pairs in {} are not served: {} at most",
                                              found->left_out, directory, kMostPairs)}));
  }
  if (errors_.empty() && loaded_.certificates().empty()) {
    errors_ = std::exchange(loaded_.lasting, {});
    errors_.push_back(about(
        conf::Severity::kError, kDirectoryKey,
        fmt::format("there is no pair in {} that can be served; it takes NAME.pem with NAME.key, "
                    "or NAME/fullchain.pem with NAME/privkey.pem",
                    directory)));
  }
}

void Loader::load_from_directory(const tls::CertificateFiles& files) {
  net::FileStamps stamps = net::stamps_of(paths_of(files));
  auto pair = read_pair(files, keys_);
  if (pair) {
    look_at(*pair, kDirectoryKey, files.cert_file);
    loaded_.pairs.push_back(*std::move(pair));
    return;
  }
  const std::string& file = blamed_file(pair.error(), files);
  loaded_.lasting.push_back(warning(
      kDirectoryKey,
      {std::string(name_of(pair.error().kind)),
       fmt::format("{}: {}; it is not served", file, pair.error().text), pair.error().fix}));
  loaded_.pairs.push_back({.files = files,
                           .stamps = std::move(stamps),
                           .certificate = nullptr,
                           .fault = PairFault{file, pair.error().said()}});
}

void Loader::load_clients() {
  auto clients = ClientTrust::of(document_.settings.live.tls);
  if (clients) {
    loaded_.clients = *std::move(clients);
    return;
  }
  errors_.push_back(about(conf::Severity::kError, "tls.client_ca_file",
                          fmt::format("`tls.client_ca_file`: {}", clients.error().text)));
}

void Loader::check_names() {
  if (loaded_.pairs.empty()) return;
  for (const std::string& name : document_.settings.live.server_names) {
    if (covered(loaded_.pairs, name)) continue;
    loaded_.lasting.push_back(warning(
        "server.names", {"certificate-names", fmt::format("no certificate covers \"{}\"", name)}));
  }
}

std::expected<LoadedCertificates, conf::Diagnostics> Loader::load() {
  const std::vector<tls::CertificateFiles>& all = document_.settings.live.tls.certificates;
  for (std::size_t i = 0; i < all.size(); ++i) load(i, all[i]);
  load_directory();
  load_clients();
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

std::optional<DateDoubt> doubt_about_dates(const tls::Certificate& certificate, sys_seconds now) {
  const sys_seconds end = certificate.not_after();
  if (now < certificate.not_before()) {
    return DateDoubt{"certificate-early",
                     fmt::format("is not valid before {}", date(certificate.not_before()))};
  }
  switch (expiry_of(certificate.not_before(), end, now)) {
    case Expiry::kFar:
      return std::nullopt;
    case Expiry::kSoon:
    case Expiry::kUrgent:
      return DateDoubt{"certificate-expires", fmt::format("expires soon, on {}", date(end))};
    case Expiry::kOver:
      return DateDoubt{"certificate-expired", fmt::format("expired on {}", date(end))};
  }
  std::unreachable();
}

tls::Certificates LoadedCertificates::certificates() const {
  tls::Certificates all;
  all.reserve(pairs.size());
  for (const CertificatePair& pair : pairs) {
    if (auto shown = pair.shown()) all.push_back(std::move(shown));
  }
  return all;
}

std::expected<LoadedCertificates, conf::Diagnostics> load_certificates(
    const conf::Document& document, sys_seconds now, tls::KeyHolder* keys) {
  return Loader(document, now, keys).load();
}

}  // namespace postern::server
