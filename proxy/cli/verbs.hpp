// SPDX-License-Identifier: Apache-2.0
// The verbs of the program, one file each. What adds a verb tells CLI11 its arguments; when the
// verb is run, its exit code goes to `result`, which must outlive the parsing.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace postern::cli {

/// What the program was called with, its own name first.
using Arguments = std::vector<std::string>;

/// The gateway in the foreground, as a service manager starts it. Another one that takes its place
/// is called with these arguments, which outlive the parsing.
void add_run(CLI::App& program, int& result, const Arguments& arguments);

/// The whole gateway with nothing to set up: a legacy server in the same process, a throw-away
/// authority, both ports on the loopback, and a line to paste.
void add_demo(CLI::App& program, int& result);

/// Syntax, meaning and files of a configuration, every fault at once.
void add_check(CLI::App& program, int& result);

/// The configuration in force, its defaults, or what differs between two files.
void add_config(CLI::App& program, int& result);

/// What becomes of a client that is only imagined, by which rule, and where that rule stands.
void add_explain(CLI::App& program, int& result);

/// What is wrong with an installation: certificates, listeners, backends and the system.
void add_doctor(CLI::App& program, int& result);

/// What the log tells about logins without TLS, old TLS, exposed passwords and refusals.
void add_report(CLI::App& program, int& result);

/// How the running process is, its sessions, who is turned away; and what it is told: to take its
/// configuration anew, to end with its last session, to end at once. These speak to it over its
/// control socket.
void add_status(CLI::App& program, int& result);
void add_sessions(CLI::App& program, int& result);
void add_trace(CLI::App& program, int& result);
void add_bans(CLI::App& program, int& result);
void add_reload(CLI::App& program, int& result);
void add_drain(CLI::App& program, int& result);
void add_stop(CLI::App& program, int& result);

/// Another binary in the place of the running one, and nobody who is connected notices.
void add_upgrade(CLI::App& program, int& result);

/// Three questions, and a first configuration is written and checked.
void add_init(CLI::App& program, int& result);

/// The settings of another program as a configuration, and what of them has no counterpart.
void add_import(CLI::App& program, int& result);

/// Which program this is, and what it was built with.
void add_version(CLI::App& program, int& result);

/// The help of the program, or that of one of the verbs that `program` has by then.
void add_help(CLI::App& program, int& result);

/// What a shell needs to complete all of it; for whoever packs the program, so it is not listed.
void add_completion(CLI::App& program, int& result);

}  // namespace postern::cli
