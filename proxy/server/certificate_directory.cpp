// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/certificate_directory.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace postern::server {
namespace {

namespace fs = std::filesystem;

constexpr const char* kChainName = "fullchain.pem";
constexpr const char* kKeyName = "privkey.pem";

// Names in order, without those that are hidden.
std::expected<std::vector<fs::path>, std::string> entries_of(const fs::path& directory) {
  std::error_code error;
  std::vector<fs::path> all;
  fs::directory_iterator each(directory, error);
  for (; !error && each != fs::directory_iterator(); each.increment(error)) {
    if (!each->path().filename().string().starts_with('.')) all.push_back(each->path());
  }
  if (error) return std::unexpected(error.message());
  std::ranges::sort(all);
  return all;
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

// The pair that an entry makes, if it makes one.
std::optional<tls::CertificateFiles> pair_at(const fs::path& entry) {
  if (is_folder(entry)) {
    if (!is_there(entry / kChainName)) return std::nullopt;
    return tls::CertificateFiles{.cert_file = (entry / kChainName).string(),
                                 .key_file = (entry / kKeyName).string()};
  }
  if (entry.extension() != ".pem") return std::nullopt;
  fs::path key = entry;
  key.replace_extension(".key");
  return tls::CertificateFiles{.cert_file = entry.string(),
                               .key_file = is_there(key) ? key.string() : entry.string()};
}

}  // namespace

std::expected<DirectoryPairs, std::string> pairs_in(const std::string& directory) {
  const auto entries = entries_of(directory);
  if (!entries) return std::unexpected(entries.error());
  DirectoryPairs found;
  for (const fs::path& entry : *entries) {
    auto pair = pair_at(entry);
    if (!pair) continue;
    if (found.pairs.size() < kMostPairs) {
      found.pairs.push_back(*std::move(pair));
    } else {
      ++found.left_out;
    }
  }
  return found;
}

std::vector<std::string> paths_in(const std::string& directory) {
  std::vector<std::string> paths = {directory};
  const auto entries = entries_of(directory);
  if (!entries) return paths;
  for (const fs::path& entry : *entries) {
    if (paths.size() <= kMostPairs && is_folder(entry)) {
      paths.push_back((entry / kChainName).string());
    }
  }
  return paths;
}

}  // namespace postern::server
