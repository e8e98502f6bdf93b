// SPDX-License-Identifier: Apache-2.0
// `security.user`: whoever is started as root becomes this user before it serves, and makes for it
// what it could not make itself.
#pragma once

#include <optional>
#include <string>

#include "conf/reader.hpp"

namespace postern::server {

/// Nothing to do unless root has started it and the configuration, if it can be read, names a user.
/// Directories of the state, the control socket and the log that are not there yet, and a log file,
/// are made and are that user's. Before anything is forked or opened. Empty, or why it must not go
/// on.
[[nodiscard]] std::string become_service_user(const std::string& configuration);

/// A warning where this machine has no such user.
conf::Diagnostics about_service_user(const conf::Document& document);

/// What to say of a process that is not the user it should be; nothing if it is.
std::optional<std::string> doubt_about_service_user(const std::string& wanted);

}  // namespace postern::server
