// SPDX-License-Identifier: Apache-2.0
#include "conf/credentials.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace postern::conf {
namespace {

constexpr std::string_view kPrefix = "credential:";
constexpr const char* kOfService = "/run/credentials/postern.service";

void resolve(std::string& path, std::string_view directory) {
  if (!path.starts_with(kPrefix)) return;
  path = fmt::format("{}/{}", directory, std::string_view(path).substr(kPrefix.size()));
}

}  // namespace

std::string fault_of_credential(std::string_view path) {
  if (!path.starts_with(kPrefix)) return {};
  const std::string_view name = path.substr(kPrefix.size());
  if (!name.empty() && name != "." && name != ".." && !name.contains('/')) return {};
  return "has to name a credential of the service, as \"credential:pop.key\" does";
}

std::string credentials_directory() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment.
  const char* const own = std::getenv("CREDENTIALS_DIRECTORY");
  return own != nullptr && *own != '\0' ? own : kOfService;
}

void resolve_credentials(Live& settings, std::string_view directory) {
  for (tls::CertificateFiles& files : settings.tls.certificates) {
    resolve(files.cert_file, directory);
    resolve(files.key_file, directory);
    resolve(files.ocsp_file, directory);
  }
  resolve(settings.tls.ticket_key_file, directory);
  resolve(settings.tls.client_ca_file, directory);
  for (Backend& backend : settings.backends) {
    resolve(backend.security.ca_file, directory);
    resolve(backend.security.certificate.cert_file, directory);
    resolve(backend.security.certificate.key_file, directory);
  }
  resolve(settings.cluster.password_file, directory);
  resolve(settings.cluster.ca_file, directory);
  resolve(settings.cluster.key_file, directory);
  for (Route& route : settings.routes) resolve(route.map_file, directory);
}

}  // namespace postern::conf
