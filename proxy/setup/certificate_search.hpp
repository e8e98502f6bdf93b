// SPDX-License-Identifier: Apache-2.0
// Certificates that are on this machine already, with keys that can be read and belong to them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tls/tls_settings.hpp"

namespace postern::setup {

struct FoundCertificate {
  tls::CertificateFiles files;
  std::vector<std::string> names;  // DNS names that it is for, as it has them
};

/// Where certificates usually are.
std::vector<std::string> usual_directories();

/// In the order of the directories. Those that do not load are passed over; nothing is told.
std::vector<FoundCertificate> certificates_in(const std::vector<std::string>& directories);

/// A name that users may well type: pop… before mail… before others; empty if there is none.
std::string likely_name(const std::vector<FoundCertificate>& found);

/// The files of the first one that is for a name; empty if there is none.
tls::CertificateFiles files_for(std::string_view name, const std::vector<FoundCertificate>& found);

/// Where the key of a chain is: beside it, under one of the usual names, or in the same file.
std::string key_beside(const std::string& cert_file);

}  // namespace postern::setup
