// SPDX-License-Identifier: Apache-2.0
// What may stand in a text: names of our own, lines of the protocol, paths. Each check
// comes back empty for a good text, or with the end of a sentence that begins with the key.
#pragma once

#include <string>
#include <string_view>

namespace postern::conf {

/// The text with anything that a terminal could trip over escaped, and cut at 80 bytes.
std::string printable(std::string_view text);

/// The text as a TOML basic string, with its quotes. It is a JSON string as well.
std::string quoted(std::string_view text);

/// `listener.name`, `backend.name`: they stand in logs and metrics.
std::string fault_of_name(std::string_view text);

/// `listener.greeting`: follows "+OK " on one line.
std::string fault_of_greeting(std::string_view text);

/// `policy.help_text`, `policy.help_url`: two of them and a response code share one line.
std::string fault_of_help(std::string_view text);
std::string fault_of_refusal_code(std::string_view text);
/// `policy.enforce_hours`: a part of each day, or empty.
std::string fault_of_hours(std::string_view text);
std::string fault_of_user(std::string_view text);
std::string fault_of_user_format(std::string_view text);
std::string fault_of_error_text(std::string_view text);
std::string fault_of_comment(std::string_view text);

/// `server.names`: a host name or an IP literal.
std::string fault_of_server_name(std::string_view text);

/// `listener.sni`: a host name, or "*." and one.
std::string fault_of_sni(std::string_view text);

/// `security.user`: a user of this system, by name; or empty.
std::string fault_of_system_user(std::string_view text);

/// A file to be opened, or a credential (see credentials.hpp).
std::string fault_of_path(std::string_view text);

/// The same, or empty.
std::string fault_of_optional_path(std::string_view text);

/// `backend.server_name`: a host name or an IP literal, or empty.
std::string fault_of_tls_name(std::string_view text);

/// `backend.pin_sha256`.
std::string fault_of_pin(std::string_view text);

/// `backend.source_address`: an IP literal.
std::string fault_of_source_address(std::string_view text);

/// `server.state_dir`: an absolute path, or empty.
std::string fault_of_state_dir(std::string_view text);

/// `control.socket`.
std::string fault_of_control_socket(std::string_view text);

/// `metrics.listen`: an IP address with a port, or empty.
std::string fault_of_metrics_listen(std::string_view text);

/// `cluster.username`: a word of its ACL, or empty.
std::string fault_of_cluster_user(std::string_view text);

/// `cluster.node`: it stands in logs and lists; or empty.
std::string fault_of_node(std::string_view text);

/// `log.target`.
std::string fault_of_log_target(std::string_view text);

}  // namespace postern::conf
