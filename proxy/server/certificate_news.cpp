// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/certificate_news.hpp"

#include <fmt/format.h>

#include "policy/date.hpp"
#include "tls/renewal.hpp"

namespace postern::server {
namespace {

using conf::LogLevel;
using std::chrono::days;

std::string joined(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ","));
}

void describe(admin::LogEntry& entry, const std::string& file,
              const tls::Certificate& certificate) {
  entry.add("file", file).add("names", joined(certificate.names()));
  entry.add("not_after", policy::exact_text(certificate.not_after()));
  entry.add("fingerprint", tls::fingerprint_of(certificate));
}

std::string left_text(std::chrono::sys_seconds end, std::chrono::sys_seconds now) {
  const std::string date = policy::minute_text(end) + " UTC";
  if (now > end) return "expired on " + date;
  if (end - now < days(2)) {
    return fmt::format("expires in {} hours, on {}",
                       std::chrono::floor<std::chrono::hours>(end - now).count(), date);
  }
  return fmt::format("expires in {} days, on {}", std::chrono::floor<days>(end - now).count(),
                     date);
}

}  // namespace

void CertificateNews::loaded(const std::string& file, const tls::Certificate& certificate,
                             std::string_view how) {
  if (!log_.wants(LogLevel::kInfo)) return;
  admin::LogEntry entry = log_.entry(LogLevel::kInfo, "cert_loaded");
  describe(entry, file, certificate);
  std::string message(how);
  for (const tls::Doubt& doubt : certificate.doubts()) message += "; but " + doubt.said();
  log_.write(LogLevel::kInfo, entry.finish(message));
}

void CertificateNews::rejected(const std::string& file, std::string_view why) {
  admin::LogEntry entry = log_.entry(LogLevel::kError, "cert_rejected");
  entry.add("file", file);
  log_.write(LogLevel::kError, entry.finish(why));
}

void CertificateNews::stapled(const std::string& file, const tls::Certificate& certificate,
                              std::optional<std::chrono::sys_seconds> good_until) {
  if (!log_.wants(LogLevel::kInfo)) return;
  admin::LogEntry entry = log_.entry(LogLevel::kInfo, "cert_loaded");
  entry.add("file", file).add("names", joined(certificate.names()));
  if (good_until) entry.add("not_after", policy::exact_text(*good_until));
  log_.write(LogLevel::kInfo, entry.finish("the OCSP response is stapled from now on"));
}

void CertificateNews::not_stapled(const std::string& file, std::string_view why) {
  admin::LogEntry entry = log_.entry(LogLevel::kWarn, "cert_rejected");
  entry.add("file", file);
  log_.write(LogLevel::kWarn,
             entry.finish(fmt::format("the OCSP response is not stapled: {}", why)));
}

void CertificateNews::believed(const std::string& file) {
  if (!log_.wants(LogLevel::kInfo)) return;
  admin::LogEntry entry = log_.entry(LogLevel::kInfo, "cert_loaded");
  entry.add("file", file);
  log_.write(LogLevel::kInfo, entry.finish("the authorities of clients are in use from now on"));
}

void CertificateNews::mismatched(const std::string& name) {
  admin::LogEntry entry = log_.entry(LogLevel::kWarn, "cert_name_mismatch");
  entry.add("name", name);
  log_.write(LogLevel::kWarn,
             entry.finish(fmt::format("no certificate covers \"{}\" of server.names; mail programs "
                                      "that use it will refuse what they are shown",
                                      name)));
}

void CertificateNews::expiring(const std::string& file, const tls::Certificate& certificate,
                               std::chrono::sys_seconds now) {
  std::erase_if(told_, [now](const auto& each) { return now - each.second.when >= days(1); });
  const Expiry expiry = expiry_of(certificate.not_before(), certificate.not_after(), now);
  if (expiry == Expiry::kFar) return;
  const auto [told, fresh] = told_.try_emplace(tls::fingerprint_of(certificate), Told{now, expiry});
  if (!fresh && told->second.expiry == expiry) return;
  told->second = {now, expiry};
  const LogLevel level = expiry == Expiry::kSoon ? LogLevel::kWarn : LogLevel::kError;
  admin::LogEntry entry = log_.entry(level, "cert_expiring");
  describe(entry, file, certificate);
  log_.write(level, entry.finish("the certificate " + left_text(certificate.not_after(), now)));
}

}  // namespace postern::server
