// SPDX-License-Identifier: Apache-2.0
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
#include "policy/address_health.hpp"
#include "policy/backend.hpp"
#include "policy/balance.hpp"
#include "policy/before_tls.hpp"
#include "policy/capability.hpp"
#include "policy/command_set.hpp"
#include "policy/consequence.hpp"
#include "policy/enforcement.hpp"
#include "policy/guess_limits.hpp"
#include "policy/level.hpp"
#include "policy/mechanism.hpp"
#include "policy/network.hpp"
#include "policy/rate.hpp"
#include "tls/tls_settings.hpp"

namespace postern::conf {

using std::chrono::milliseconds;

enum class ListenerTls { kImplicit, kStls, kNone };

/// One `[[listener]]`.
struct Listener {
  std::string name;
  std::vector<Endpoint> address;  // IP literals; port 0 asks the system for one
  ListenerTls tls = ListenerTls::kImplicit;
  std::string greeting = "POP3 ready";
  bool proxy_protocol = false;                      // a balancer stands before it
  std::vector<policy::Network> proxy_trusted = {};  // and comes from here
  std::optional<policy::Level> login;               // overrides `policy.login`
  std::optional<tls::Version> min_version = {};     // and these `tls`
  std::optional<tls::Profile> profile = {};
  std::vector<std::string> sni = {};  // names, and wildcards "*.NAME"; empty: all that are left
  Place mark;                         // of `[[listener]]`

  bool operator==(const Listener&) const = default;
};

enum class BackendTls { kNone, kImplicit, kStls };

inline constexpr tls::Verify kDefaultVerify = tls::Verify::kFull;
inline constexpr tls::Version kDefaultBackendVersion = tls::Version::kTls12;

/// How a `[[backend]]` is reached under TLS. Empty is as it was not given, for each; what was read
/// has `verify` and `min_version` wherever there is TLS.
struct BackendSecurity {
  BackendTls tls = BackendTls::kNone;
  std::optional<tls::Verify> verify = {};
  std::string ca_file = {};                  // the system's store
  std::string server_name = {};              // the host in `address`
  std::vector<std::string> pin_sha256 = {};  // as tls::pin_from() takes them
  std::optional<tls::Version> min_version = {};
  tls::CertificateFiles certificate = {};  // ours, to be shown to it

  bool operator==(const BackendSecurity&) const = default;
};

/// How a backend is looked after. 0 is off, for the interval and for `fall`.
struct BackendHealth {
  milliseconds interval{10'000};
  policy::HealthLimits limits = {};

  bool operator==(const BackendHealth&) const = default;
};

/// One `[[backend]]`.
struct Backend {
  std::string name;
  std::vector<Endpoint> address;
  policy::Balance balance = policy::Balance::kFirst;
  BackendSecurity security = {};
  std::uint32_t warm = 0;  // connections in advance, for each worker
  policy::BackendAuth auth = policy::BackendAuth::kUserPass;
  policy::ClientAddress client_address = policy::ClientAddress::kNone;
  policy::ErrorText error_text = policy::ErrorText::kReplace;
  std::vector<std::string> temporary_errors = {};  // texts of `-ERR`; "*": any characters
  policy::LineEnds line_ends = policy::LineEnds::kAuto;
  policy::Body body = policy::Body::kPass;
  BackendHealth health = {};
  std::uint32_t max_connections = 0;             // 0: any number
  std::vector<std::string> source_address = {};  // IP literals, of each family one; empty: any
  Place mark;

  bool operator==(const Backend&) const = default;
};

/// One `[[route]]`.
struct Route {
  std::string name = {};
  std::vector<std::string> users = {};
  std::vector<policy::Network> networks = {};
  std::vector<std::string> listeners = {};  // names
  std::string map_file = {};                // one of these two,
  std::string backend = {};                 // a name
  std::string user_format = {};             // empty: as typed
  Place mark = {};

  bool operator==(const Route&) const = default;
};

/// When a rule is enforced, as it was written.
struct Rollout {
  std::optional<policy::Mode> mode = {};
  std::optional<policy::Moment> report_only_until = {};
  std::optional<policy::Moment> enforce_from = {};

  bool operator==(const Rollout&) const = default;
};

/// One `[[policy.exception]]`.
struct Exception {
  std::vector<policy::Network> networks = {};
  std::vector<std::string> users = {};
  std::vector<std::string> listeners = {};  // names
  std::optional<policy::Level> login = {};
  std::optional<tls::Version> min_version = {};
  Rollout rollout = {};
  std::optional<policy::StlsListing> stls = {};
  std::string comment = {};
  std::optional<policy::Moment> expires = {};
  Place mark = {};

  bool operator==(const Exception&) const = default;
};

struct Policy {
  policy::Level login = policy::Level::kTlsRequired;
  Rollout rollout = {};
  std::uint32_t enforce_percent = 0;  // while it is only reported; 0 is off
  std::string enforce_hours = {};     // likewise, as policy::Hours reads them; empty is off
  std::vector<policy::Mechanism> mechanisms = {policy::Mechanism::kUser, policy::Mechanism::kPlain,
                                               policy::Mechanism::kLogin};
  policy::CommandSet commands = policy::kStandardCommands;  // after login
  std::optional<policy::CapabilitySet> capabilities;  // shown at most; empty: as the backend has
  std::string help_text;  // replaces the advice in a refusal; empty keeps the built-in one
  std::string help_url;   // appended to a refusal; may be empty
  std::string refusal_code = "SYS/PERM";  // or "none"
  policy::OnPlaintext on_plaintext = policy::OnPlaintext::kRefuse;
  policy::OnExposed exposed = policy::OnExposed::kWarn;
  policy::BeforeTls before_tls = policy::BeforeTls::kStrict;
  std::vector<Exception> exceptions = {};

  bool operator==(const Policy&) const = default;
};

struct Limits {
  std::uint32_t max_connections = 0;          // 0: as many as there are descriptors and memory for
  std::uint32_t max_connections_per_ip = 64;  // 0 is off, and so it is for the rate
  std::uint32_t max_connections_per_user = 16;  // that are logged in; 0 is off
  policy::Rate max_handshakes_per_ip = {.count = 20, .per = std::chrono::seconds(1)};
  std::uint32_t max_command_bytes = 512;
  std::uint32_t max_auth_bytes = 65536;
  std::uint32_t max_bad_commands = 5;    // 0 is off
  std::uint32_t max_login_attempts = 5;  // 0 is off
  policy::GuessLimits auth_failures = {};

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
  milliseconds backend_reply{180'000};
  milliseconds queue{5'000};
  milliseconds drain{300'000};

  bool operator==(const Timeouts&) const = default;
};

enum class LogFormat { kLogfmt, kJson };
enum class LogLevel { kDebug, kInfo, kWarn, kError };
enum class LogUser { kPlain, kHash, kNone };  // how a user's name is written

struct Log {
  std::string target = "stderr";  // "stderr", "syslog", "journal" or a file's path
  LogFormat format = LogFormat::kLogfmt;
  LogLevel level = LogLevel::kInfo;
  LogUser user = LogUser::kPlain;
  std::vector<policy::Network> quiet_networks = {};

  bool operator==(const Log&) const = default;
};

/// Where the running process takes commands.
struct Control {
  std::string socket = "/run/postern/control.sock";  // empty: nowhere

  bool operator==(const Control&) const = default;
};

struct Metrics {
  std::string listen;  // "IP:PORT"; empty: nowhere

  bool operator==(const Metrics&) const = default;
};

/// What becomes of logins while what machines share cannot be asked.
enum class OnClusterFailure {
  kLocal,   // this machine counts alone, and more strictly
  kRefuse,  // nobody logs in
};

/// `[cluster]`: what several machines share, in a Redis.
struct Cluster {
  std::vector<Endpoint> redis;  // of the engine or its Sentinels; empty: this machine is alone
  std::string username = {};
  std::string password_file = {};
  bool tls = false;
  std::string ca_file = {};   // the system's store
  std::string key_file = {};  // 32 bytes that the engine never sees
  std::string node = {};      // this machine's name; empty is its host name
  OnClusterFailure on_failure = OnClusterFailure::kLocal;

  bool operator==(const Cluster&) const = default;
};

/// What the process gives up of what it could do.
enum class SandboxMode {
  kAuto,  // what the system lets it give up
  kOn,    // all of it, or it does not start
  kOff,
};

/// Born with the process: a reload that changes these says "needs a restart".
struct Startup {
  std::uint32_t workers = 0;                   // 0: one a core
  std::string state_dir = "/var/lib/postern";  // empty: nothing outlives the process
  bool isolate_keys = true;                    // private keys in a process of their own
  SandboxMode sandbox = SandboxMode::kAuto;
  std::string user = {};  // whom root becomes; empty: nobody else

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
  std::vector<Route> routes;
  Limits limits;
  Timeouts timeouts;
  Log log;
  Control control;
  Metrics metrics;
  Cluster cluster;

  bool operator==(const Live&) const = default;
};

struct Settings {
  Startup startup;
  Live live;

  bool operator==(const Settings&) const = default;
};

}  // namespace postern::conf
