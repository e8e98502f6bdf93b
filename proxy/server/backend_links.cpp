// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/backend_links.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "proxy/server/certificates.hpp"
#include "tls/certificate.hpp"
#include "tls/pin.hpp"

namespace postern::server {
namespace {

using std::chrono::sys_seconds;

tls::ClientSettings client_settings(const conf::BackendSecurity& security) {
  tls::ClientSettings settings{
      .verify = security.verify.value_or(conf::kDefaultVerify),
      .ca_file = security.ca_file,
      .pins = {},
      .min_version = security.min_version.value_or(conf::kDefaultBackendVersion)};
  for (const std::string& text : security.pin_sha256) {
    if (const auto pin = tls::pin_from(text)) settings.pins.push_back(*pin);
  }
  return settings;
}

class LinkLoader {
 public:
  LinkLoader(const conf::Document& document, sys_seconds now, tls::KeyHolder* keys)
      : document_(document), now_(now), keys_(keys) {}

  std::expected<LoadedLinks, conf::Diagnostics> load() {
    const auto& backends = document_.settings.live.backends;
    for (std::size_t i = 0; i < backends.size(); ++i) {
      loaded_.links.push_back(link_to(i, backends[i].security));
    }
    if (!errors_.empty()) return std::unexpected(std::move(errors_));
    return std::move(loaded_);
  }

 private:
  upstream::BackendLink link_to(std::size_t index, const conf::BackendSecurity& security) {
    upstream::BackendLink link{.settings = security};
    if (security.tls == conf::BackendTls::kNone) return link;
    const auto own = own_certificate(index, security.certificate);
    auto context = tls::ClientContext::create(client_settings(security), own);
    if (context) {
      link.context = *std::move(context);
    } else {
      const std::string_view leaf = security.ca_file.empty() ? "tls" : "ca_file";
      errors_.push_back(about(conf::Severity::kError, index, leaf, context.error().said()));
      errors_.back().fix = context.error().fix;
    }
    return link;
  }

  // Null where there is none, or none that does.
  std::shared_ptr<const tls::Certificate> own_certificate(std::size_t index,
                                                          const tls::CertificateFiles& files) {
    if (files.cert_file.empty()) return nullptr;
    auto certificate = tls::Certificate::load(files, keys_);
    if (!certificate) {
      const tls::Error& error = certificate.error();
      errors_.push_back(about(conf::Severity::kError, index, blamed(error, files), error.said()));
      errors_.back().fix = error.fix;
      return nullptr;
    }
    if (const auto doubt = doubt_about_dates(**certificate, now_)) {
      loaded_.warnings.push_back(warning(index, {doubt->check, "the certificate " + doubt->what}));
    }
    for (const tls::Doubt& doubt : (*certificate)->doubts()) {
      loaded_.warnings.push_back(warning(index, {doubt.check, doubt.what, doubt.fix}));
    }
    return *std::move(certificate);
  }

  conf::Diagnostic about(conf::Severity severity, std::size_t index, std::string_view leaf,
                         std::string_view text) const {
    return conf::about(
        document_, severity, conf::mark_of(document_, fmt::format("backend[{}].{}", index, leaf)),
        fmt::format("backend \"{}\": {}", document_.settings.live.backends[index].name, text));
  }

  // Of its own certificate.
  conf::Diagnostic warning(std::size_t index, conf::Advice advice) const {
    advice.what = fmt::format("backend \"{}\": {}", document_.settings.live.backends[index].name,
                              advice.what);
    return conf::about(document_,
                       conf::mark_of(document_, fmt::format("backend[{}].cert_file", index)),
                       std::move(advice));
  }

  const conf::Document& document_;
  sys_seconds now_;
  tls::KeyHolder* keys_;
  LoadedLinks loaded_;
  conf::Diagnostics errors_;
};

}  // namespace

std::expected<LoadedLinks, conf::Diagnostics> load_links(const conf::Document& document,
                                                         sys_seconds now, tls::KeyHolder* keys) {
  return LinkLoader(document, now, keys).load();
}

}  // namespace postern::server
