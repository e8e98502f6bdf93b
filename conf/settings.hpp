// Everything that postern.toml can say, decoded and checked, with the defaults of the contract.
// Two halves: Startup needs a restart, Live is taken by a reload.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conf/diagnostic.hpp"
#include "conf/endpoint.hpp"
#include "policy/capability.hpp"
#include "policy/command_set.hpp"
#include "policy/level.hpp"
#include "policy/mechanism.hpp"
#include "tls/settings.hpp"

namespace postern::conf {

using std::chrono::milliseconds;

enum class ListenerTls { kImplicit, kStls, kNone };

/// One `[[listener]]`.
struct Listener {
  std::string name;
  std::vector<Endpoint> address;  // IP literals; port 0 asks the system for one
  ListenerTls tls = ListenerTls::kImplicit;
  std::string greeting = "POP3 ready";
  std::optional<policy::Level> login;  // overrides `policy.login`
  Place mark;                          // of `[[listener]]`

  bool operator==(const Listener&) const = default;
};

/// What becomes of the words in a backend's `-ERR` after login.
enum class ErrorText { kReplace, kPass };

/// One `[[backend]]`.
struct Backend {
  std::string name;
  std::vector<Endpoint> address;  // tried in this order
  ErrorText error_text = ErrorText::kReplace;
  Place mark;

  bool operator==(const Backend&) const = default;
};

struct Policy {
  policy::Level login = policy::Level::kTlsRequired;
  std::vector<policy::Mechanism> mechanisms = {policy::Mechanism::kUser, policy::Mechanism::kPlain,
                                               policy::Mechanism::kLogin};
  policy::CommandSet commands = policy::kStandardCommands;  // after login
  std::optional<policy::CapabilitySet> capabilities;  // shown at most; empty: as the backend has
  std::string help_text;  // replaces the advice in a refusal; empty keeps the built-in one
  std::string help_url;   // appended to a refusal; may be empty

  bool operator==(const Policy&) const = default;
};

struct Limits {
  std::uint32_t max_connections = 0;  // 0: as many as the descriptor limit allows
  std::uint32_t max_command_bytes = 512;
  std::uint32_t max_auth_bytes = 65536;
  std::uint32_t max_bad_commands = 5;    // 0 is off
  std::uint32_t max_login_attempts = 5;  // 0 is off

  bool operator==(const Limits&) const = default;
};

/// 0 is off.
struct Timeouts {
  milliseconds handshake{10'000};
  milliseconds login{60'000};
  milliseconds idle{600'000};
  milliseconds stall{60'000};
  milliseconds connect{10'000};
  milliseconds backend_login{30'000};
  milliseconds drain{300'000};

  bool operator==(const Timeouts&) const = default;
};

enum class LogFormat { kLogfmt, kJson };
enum class LogLevel { kDebug, kInfo, kWarn, kError };

struct Log {
  std::string target = "stderr";  // "stderr" or a file's path
  LogFormat format = LogFormat::kLogfmt;
  LogLevel level = LogLevel::kInfo;

  bool operator==(const Log&) const = default;
};

/// Born with the process: a reload that changes these is refused with "needs a restart".
struct Startup {
  std::uint32_t workers = 0;  // 0: one a core

  bool operator==(const Startup&) const = default;
};

/// Taken by a reload.
struct Live {
  std::vector<std::string> server_names;
  std::vector<Listener> listeners;
  tls::Settings tls;
  std::vector<Place> certificate_marks;  // parallel to tls.certificates
  Policy policy;
  std::vector<Backend> backends;
  Limits limits;
  Timeouts timeouts;
  Log log;

  bool operator==(const Live&) const = default;
};

struct Settings {
  Startup startup;
  Live live;

  bool operator==(const Settings&) const = default;
};

}  // namespace postern::conf
