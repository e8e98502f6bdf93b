// SPDX-License-Identifier: Apache-2.0
#include "proxy/setup/certificate_search.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "policy/host_name.hpp"
#include "proxy/server/certificate_directory.hpp"
#include "tls/certificate.hpp"

namespace postern::setup {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 1000;
constexpr std::size_t kMostFound = 64;

bool is_there(const fs::path& path) {
  std::error_code failed;
  return fs::is_regular_file(path, failed);
}

// "NAME.fullchain.pem" in a directory, as certbot's hook of postern has them.
std::vector<tls::CertificateFiles> hooked_pairs(const std::string& directory) {
  constexpr std::string_view kEnd = ".fullchain.pem";
  std::vector<tls::CertificateFiles> pairs;
  std::error_code failed;
  std::size_t seen = 0;
  for (fs::directory_iterator entry(directory, failed);
       !failed && entry != fs::directory_iterator() && ++seen < kMostFiles;
       entry.increment(failed)) {
    const std::string path = entry->path().string();
    if (!path.ends_with(kEnd)) continue;
    const std::string key = path.substr(0, path.size() - kEnd.size()) + ".privkey.pem";
    if (is_there(key)) pairs.push_back({.cert_file = path, .key_file = key});
  }
  std::ranges::sort(pairs, {}, &tls::CertificateFiles::cert_file);
  return pairs;
}

void take(std::vector<FoundCertificate>& found, const tls::CertificateFiles& files) {
  const auto same = [&](const FoundCertificate& one) {
    return one.files.cert_file == files.cert_file;
  };
  if (found.size() >= kMostFound || std::ranges::any_of(found, same)) return;
  const auto loaded = tls::Certificate::load(files);
  if (!loaded) return;
  FoundCertificate one{.files = files, .names = {}};
  for (const std::string& name : (*loaded)->names()) {
    if (policy::is_host_pattern(name)) one.names.push_back(name);
  }
  found.push_back(std::move(one));
}

int rank(std::string_view name) {
  if (name.starts_with("pop")) return 0;
  if (name.starts_with("mail") || name.starts_with("mx") || name.starts_with("imap")) return 1;
  return name.contains('.') ? 2 : 3;
}

}  // namespace

std::vector<std::string> usual_directories() {
  return {"/etc/postern/tls", "/etc/letsencrypt/live", "/etc/ssl/private", "/etc/ssl"};
}

std::vector<FoundCertificate> certificates_in(const std::vector<std::string>& directories) {
  std::vector<FoundCertificate> found;
  for (const std::string& directory : directories) {
    for (const tls::CertificateFiles& pair : hooked_pairs(directory)) take(found, pair);
    if (const auto pairs = server::pairs_in(directory)) {
      for (const tls::CertificateFiles& pair : pairs->pairs) take(found, pair);
    }
  }
  return found;
}

std::string likely_name(const std::vector<FoundCertificate>& found) {
  std::string best;
  for (const FoundCertificate& one : found) {
    for (const std::string& name : one.names) {
      if (name.starts_with('*')) continue;
      if (best.empty() || rank(name) < rank(best)) best = name;
    }
  }
  return best;
}

tls::CertificateFiles files_for(std::string_view name, const std::vector<FoundCertificate>& found) {
  for (const FoundCertificate& one : found) {
    const auto loaded = tls::Certificate::load(one.files);
    if (loaded && (*loaded)->matches(name)) return one.files;
  }
  return {};
}

std::string key_beside(const std::string& cert_file) {
  const fs::path cert(cert_file);
  const std::string stem = cert.stem().string();
  constexpr std::string_view kChain = ".fullchain";
  std::vector<fs::path> places;
  if (stem == "fullchain") places.push_back(cert.parent_path() / "privkey.pem");
  if (stem.ends_with(kChain)) {
    const std::string name = stem.substr(0, stem.size() - kChain.size());
    places.push_back(cert.parent_path() / (name + ".privkey.pem"));
  }
  places.push_back(cert.parent_path() / (stem + ".key"));
  places.push_back(fs::path("/etc/ssl/private") / (stem + ".key"));
  const auto there = std::ranges::find_if(places, is_there);
  if (there != places.end()) return there->string();
  return is_there(cert) || places.size() < 3 ? cert_file : places.front().string();
}

}  // namespace postern::setup
