// SPDX-License-Identifier: Apache-2.0
// Which mail programs are told apart: the table that is shipped, which the program has in it, and
// before it what the site adds in a file of its own, clients.toml beside its postern.toml.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "conf/client_rows.hpp"
#include "conf/diagnostic.hpp"
#include "policy/client_table.hpp"

namespace postern::conf {

/// The shipped table as text, conf/clients.toml.
std::string_view shipped_clients_text() noexcept;

/// The same, read.
const ClientRows& shipped_clients();

/// Where the site's own would be: "/etc/postern/clients.toml" for "/etc/postern/postern.toml".
std::string clients_file_beside(const std::string& config_file);

/// Both together. There need not be a file of the site's; what is wrong with one that is there are
/// diagnostics, which name it as theirs.
[[nodiscard]] std::expected<policy::ClientTable, Diagnostics> clients_beside(
    const std::string& config_file);

}  // namespace postern::conf
