// SPDX-License-Identifier: Apache-2.0
// Files that systemd hands to a service (systemd.exec(5), LoadCredential=): a path that is written
// "credential:NAME" is the file NAME of the directory that systemd has made for it.
#pragma once

#include <string>
#include <string_view>

#include "conf/settings.hpp"

namespace postern::conf {

/// Why "credential:NAME" names no file of that directory; empty if it does, or is a path of its
/// own.
std::string fault_of_credential(std::string_view path);

/// Where this process has its credentials: $CREDENTIALS_DIRECTORY; without it, as for an
/// administrator who runs a check, where the service has them.
std::string credentials_directory();

/// Puts the files of that directory in place of the credentials that the settings name.
void resolve_credentials(Live& settings, std::string_view directory);

}  // namespace postern::conf
