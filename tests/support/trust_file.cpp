// SPDX-License-Identifier: Apache-2.0
#include "tests/support/trust_file.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace postern::testing {

TrustFile::TrustFile(std::string_view pem)
    : path_((std::filesystem::temp_directory_path() / "postern-trust-XXXXXX").string()) {
  const int file = mkstemp(path_.data());
  const bool written =
      file >= 0 && ::write(file, pem.data(), pem.size()) == static_cast<ssize_t>(pem.size());
  if (file >= 0) ::close(file);
  if (!written) throw std::runtime_error("no temporary file");
}

TrustFile::~TrustFile() { std::filesystem::remove(path_); }

tls::ClientSettings TrustFile::settings() const {
  tls::ClientSettings settings;
  settings.ca_file = path_;
  return settings;
}

}  // namespace postern::testing
