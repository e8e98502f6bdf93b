// SPDX-License-Identifier: Apache-2.0
// The table itself: a row a key, in the order of the documentation.
#include <array>

#include "conf/access.hpp"
#include "conf/names.hpp"
#include "conf/schema.hpp"
#include "conf/words.hpp"

namespace postern::conf {
namespace {

using namespace std::chrono_literals;

constexpr auto kAddListener = [](Settings& settings, Mark mark) {
  settings.live.listeners.emplace_back().mark = Place{mark};
};
constexpr auto kAddBackend = [](Settings& settings, Mark mark) {
  settings.live.backends.emplace_back().mark = Place{mark};
};
constexpr auto kAddException = [](Settings& settings, Mark mark) {
  settings.live.policy.exceptions.emplace_back().mark = Place{mark};
};
constexpr auto kAddCertificate = [](Settings& settings, Mark mark) {
  settings.live.tls.certificates.emplace_back();
  settings.live.certificate_marks.push_back(Place{mark});
};

constexpr auto kCountListeners = [](const Settings& settings) {
  return settings.live.listeners.size();
};
constexpr auto kCountBackends = [](const Settings& settings) {
  return settings.live.backends.size();
};
constexpr auto kCountExceptions = [](const Settings& settings) {
  return settings.live.policy.exceptions.size();
};
constexpr auto kCountCertificates = [](const Settings& settings) {
  return settings.live.tls.certificates.size();
};

std::optional<int> level_alias(std::string_view word) {
  const std::optional<policy::Level> level = policy::level_from(word);
  return level ? std::optional(static_cast<int>(*level)) : std::nullopt;
}

std::vector<policy::Mechanism>& mechanisms(Target target) {
  return target.settings->live.policy.mechanisms;
}

Words mechanism_field() {
  return {
      .names = mechanism_words(),
      .get =
          [](Target target) {
            std::vector<int> values;
            for (const auto one : mechanisms(target)) values.push_back(static_cast<int>(one));
            return values;
          },
      .add = [](Target target,
                int value) { mechanisms(target).push_back(static_cast<policy::Mechanism>(value)); },
      .clear = [](Target target) { mechanisms(target).clear(); }};
}

policy::CommandSet& commands(Target target) { return target.settings->live.policy.commands; }

Words command_field() {
  return {.names = command_words(),
          .get =
              [](Target target) {
                std::vector<int> values;
                for (int i = 0; i < static_cast<int>(policy::kCommandCount); ++i) {
                  if (commands(target).contains(static_cast<policy::Command>(i)))
                    values.push_back(i);
                }
                return values;
              },
          .add = [](Target target,
                    int value) { commands(target).add(static_cast<policy::Command>(value)); },
          .clear = [](Target target) { commands(target) = {}; },
          .shorthand = Shorthand{.word = "read-only", .is = nullptr, .set = [](Target target) {
                                   commands(target) = policy::kReadOnlyCommands;
                                 }}};
}

std::optional<policy::CapabilitySet>& capabilities(Target target) {
  return target.settings->live.policy.capabilities;
}

Words capability_field() {
  return {
      .names = capability_words(),
      .get =
          [](Target target) {
            const policy::CapabilitySet shown =
                capabilities(target).value_or(policy::CapabilitySet());
            std::vector<int> values;
            for (int i = 0; i < static_cast<int>(policy::kCapabilityCount); ++i) {
              if (shown.contains(static_cast<policy::Capability>(i))) values.push_back(i);
            }
            return values;
          },
      .add = [](Target target,
                int value) { capabilities(target)->add(static_cast<policy::Capability>(value)); },
      .clear = [](Target target) { capabilities(target).emplace(); },
      .shorthand = Shorthand{.word = "auto",
                             .is = [](Target target) { return !capabilities(target); },
                             .set = [](Target target) { capabilities(target).reset(); }}};
}

constexpr Presence kRequired = Presence::kRequired;

Key later_key(std::string_view name) {
  return {.name = name, .field = Later{}, .meaning = {}, .example = {}};
}

// clang-format off
const std::array kKeys = {
    Key{"server.names", Texts{server_names, fault_of_server_name},
        "names that mail programs are set up with; certificates are checked against them",
        R"(["pop.example.com"])"},
    Key{"server.workers", Number{server_workers, 0, 1024},
        "threads; 0 is one a core; a change needs a restart", "4"},
    Key{"server.state_dir", Text{server_state_dir, fault_of_state_dir},
        "keyed digests that outlive a restart; empty keeps none; a change needs a restart",
        R"("/var/lib/postern")"},

    Key{"listener", List{kAddListener, kCountListeners}, "where mail programs connect", "[[listener]]"},
    Key{"listener.name", Text{each<&Live::listeners, &Listener::name>, fault_of_name},
        "its name in logs", R"("pop3s")", kRequired},
    Key{"listener.address", Endpoints{each<&Live::listeners, &Listener::address>, EndpointUse::kListen},
        "IP addresses and ports; port 0 takes a free one",
        R"(["0.0.0.0:995", "[::]:995"])", kRequired},
    Key{"listener.tls", word<each<&Live::listeners, &Listener::tls>>(listener_tls_words()),
        "implicit: TLS from the first byte; stls: after the command STLS; none: never",
        R"("implicit")", kRequired},
    Key{"listener.greeting", Text{each<&Live::listeners, &Listener::greeting>, fault_of_greeting},
        "the first line that a client reads", R"("POP3 ready")"},
    Key{"listener.proxy_protocol", Flag{each<&Live::listeners, &Listener::proxy_protocol>},
        "every connection comes from a balancer, and begins with a PROXY header, v1 or v2", "true"},
    Key{"listener.proxy_trusted", Networks{each<&Live::listeners, &Listener::proxy_trusted>},
        "where the balancers of this listener are; required with proxy_protocol",
        R"(["10.0.0.4", "10.0.0.5"])"},
    Key{"listener.login", word<each<&Live::listeners, &Listener::login>>(level_words(), level_alias),
        "overrides policy.login here", R"("tls-required")"},
    Key{"listener.min_version", word<each<&Live::listeners, &Listener::min_version>>(version_words()),
        "overrides tls.min_version here", R"("1.2")"},
    Key{"listener.profile", word<each<&Live::listeners, &Listener::profile>>(profile_words()),
        "overrides tls.profile here", R"("legacy")"},

    Key{"tls.certificate", List{kAddCertificate, kCountCertificates},
        "a certificate to serve; several are chosen from by name and by kind of key",
        "[[tls.certificate]]"},
    Key{"tls.certificate.cert_file", Text{certificate<&tls::CertificateFiles::cert_file>, fault_of_path},
        "PEM: the certificate, then its intermediates",
        R"("/etc/postern/tls/pop.example.com.fullchain.pem")", kRequired},
    Key{"tls.certificate.key_file", Text{certificate<&tls::CertificateFiles::key_file>, fault_of_path},
        "PEM: its private key, without a passphrase",
        R"("/etc/postern/tls/pop.example.com.privkey.pem")", kRequired},
    later_key("tls.certificate.ocsp_file"),
    later_key("tls.cert_dir"),
    Key{"tls.min_version", word<at<&Live::tls, &tls::Settings::min_version>>(version_words()),
        "oldest TLS version; 1.0 and 1.1 are for old clients and not safe", R"("1.2")"},
    Key{"tls.max_version", word<at<&Live::tls, &tls::Settings::max_version>>(version_words()),
        "newest TLS version", R"("1.3")"},
    Key{"tls.profile", word<at<&Live::tls, &tls::Settings::profile>>(profile_words()),
        "Mozilla's sets of ciphers: modern, intermediate, legacy", R"("intermediate")"},
    Key{"tls.sni_unknown", word<at<&Live::tls, &tls::Settings::sni_unknown>>(unknown_name_words()),
        "a client asks for a name that no certificate covers: default or reject", R"("default")"},
    Key{"tls.alpn", word<at<&Live::tls, &tls::Settings::alpn>>(alpn_words()),
        "strict refuses a client that offers ALPN without pop3 (ALPACA); or lenient", R"("strict")"},
    later_key("tls.reload_interval"),
    Key{"tls.tickets", Flag{at<&Live::tls, &tls::Settings::tickets>},
        "session resumption by tickets; their keys rotate", "true"},
    later_key("tls.client_auth"),
    later_key("tls.client_ca_file"),

    Key{"policy.login", word<at<&Live::policy, &Policy::login>>(level_words(), level_alias),
        "tls-required, tls-for-plaintext or plaintext-allowed", R"("tls-required")"},
    Key{"policy.mode", word<rollout<&Rollout::mode>>(mode_words()),
        "enforce, or report-only: say who would be refused, and let them in", R"("report-only")"},
    Key{"policy.report_only_until", Date{rollout<&Rollout::report_only_until>},
        "report-only ends here by itself; a day begins at 00:00 UTC", R"("2027-03-31")"},
    Key{"policy.enforce_from", Date{rollout<&Rollout::enforce_from>},
        "report-only before, enforced from then on", R"("2027-03-31")"},
    Key{"policy.mechanisms", mechanism_field(),
        "ways to log in that are offered", R"(["USER", "PLAIN", "LOGIN"])"},
    Key{"policy.commands", command_field(),
        "what a client may do after login: a list, or read-only, which is all but DELE",
        R"(["STAT", "LIST", "RETR", "UIDL", "TOP", "DELE", "NOOP", "RSET", "CAPA"])"},
    Key{"policy.capabilities", capability_field(),
        "what CAPA shows: auto, what the backend has and postern knows; or a list",
        R"(["TOP", "UIDL", "USER", "SASL", "STLS", "RESP-CODES", "AUTH-RESP-CODE"])"},
    Key{"policy.help_text", Text{at<&Live::policy, &Policy::help_text>, fault_of_help},
        "replaces the advice that a refused client reads; empty keeps the built-in one",
        R"("TLS is required: see the help page")"},
    Key{"policy.help_url", Text{at<&Live::policy, &Policy::help_url>, fault_of_help},
        "appended to that advice", R"("https://help.example.com/mail")"},
    Key{"policy.refusal_code", Text{at<&Live::policy, &Policy::refusal_code>, fault_of_refusal_code},
        "response code of a refusal by policy: SYS/PERM, SYS/TEMP, AUTH or none", R"("SYS/PERM")"},
    Key{"policy.on_plaintext",
        word<at<&Live::policy, &Policy::on_plaintext>>(on_plaintext_words()),
        "a login without TLS that may not be: refuse it, or disconnect as well", R"("refuse")"},
    Key{"policy.exposed", word<at<&Live::policy, &Policy::exposed>>(on_exposed_words()),
        "a password that was seen in clear logs in: warn, or deny it until it is changed",
        R"("warn")"},

    Key{"policy.exception", List{kAddException, kCountExceptions},
        "other rules for some; the first that fits decides", "[[policy.exception]]"},
    Key{"policy.exception.networks", Networks{exception<&Exception::networks>},
        "from where; empty is from everywhere", R"(["10.0.0.0/8", "2001:db8::/32"])"},
    Key{"policy.exception.users", Texts{exception<&Exception::users>, fault_of_user},
        "who, in any case of letters; * stands for any characters; empty is everybody",
        R"(["scanner", "*@old.example.com"])"},
    Key{"policy.exception.listeners", Texts{exception<&Exception::listeners>, fault_of_name},
        "names of listeners; empty is all", R"(["pop3"])"},
    Key{"policy.exception.login", word<exception<&Exception::login>>(level_words(), level_alias),
        "overrides policy.login", R"("plaintext-allowed")"},
    Key{"policy.exception.min_version", word<exception<&Exception::min_version>>(version_words()),
        "overrides tls.min_version", R"("1.0")"},
    Key{"policy.exception.mode", word<exception_rollout<&Rollout::mode>>(mode_words()),
        "overrides policy.mode", R"("report-only")"},
    Key{"policy.exception.report_only_until",
        Date{exception_rollout<&Rollout::report_only_until>},
        "report-only ends here by itself", R"("2027-03-31")"},
    Key{"policy.exception.enforce_from", Date{exception_rollout<&Rollout::enforce_from>},
        "report-only before, enforced from then on", R"("2027-03-31")"},
    Key{"policy.exception.comment", Text{exception<&Exception::comment>, fault_of_comment},
        "why, for those who come later", R"("scanners on the second floor, ticket 4711")"},
    Key{"policy.exception.expires", Date{exception<&Exception::expires>},
        "from then on it is ignored", R"("2027-03-31")"},

    Key{"backend", List{kAddBackend, kCountBackends}, "the POP3 server behind postern", "[[backend]]"},
    Key{"backend.name", Text{each<&Live::backends, &Backend::name>, fault_of_name},
        "its name in logs", R"("exchange")", kRequired},
    Key{"backend.address", Endpoints{each<&Live::backends, &Backend::address>, EndpointUse::kConnect},
        "hosts and ports", R"(["10.0.0.12:110"])", kRequired},
    Key{"backend.balance", word<each<&Live::backends, &Backend::balance>>(balance_words()),
        "which address a login goes to: first, round-robin, least-connections or hash-user",
        R"("first")"},
    Key{"backend.tls", word<backend_security<&BackendSecurity::tls>>(backend_tls_words()),
        "implicit: TLS from the first byte; stls: by the command STLS, or not at all; none: plain POP3",
        R"("stls")"},
    Key{"backend.verify", backend_security_word<&BackendSecurity::verify, kDefaultVerify>(verify_words()),
        "what its server has to prove: full, its chain and its name; ca, its chain; pin, its key; or none",
        R"("full")"},
    Key{"backend.ca_file", Text{backend_security<&BackendSecurity::ca_file>, fault_of_optional_path},
        "PEM: the authorities that are trusted there; empty is the system's store",
        R"("/etc/postern/tls/inside-ca.pem")"},
    Key{"backend.server_name", Text{backend_security<&BackendSecurity::server_name>, fault_of_tls_name},
        "its name in SNI and in its certificate; empty is the host in its address", R"("mail.lan")"},
    Key{"backend.pin_sha256", Texts{backend_security<&BackendSecurity::pin_sha256>, fault_of_pin},
        "SHA-256 of its public key in base64; with several any of them does",
        R"(["vlMSMkvjLMPROGcdE1RBGeiKcp2gJ8eWYHV93Eb6A6A="])"},
    Key{"backend.min_version",
        backend_security_word<&BackendSecurity::min_version, kDefaultBackendVersion>(version_words()),
        "oldest TLS version towards it; 1.0 and 1.1 are for old servers and not safe", R"("1.2")"},
    Key{"backend.cert_file",
        Text{backend_certificate<&tls::CertificateFiles::cert_file>, fault_of_optional_path},
        "PEM: a certificate of ours that it asks for; empty is none", R"("/etc/postern/tls/client.pem")"},
    Key{"backend.key_file",
        Text{backend_certificate<&tls::CertificateFiles::key_file>, fault_of_optional_path},
        "PEM: its private key, without a passphrase", R"("/etc/postern/tls/client.key")"},
    Key{"backend.auth", word<each<&Live::backends, &Backend::auth>>(backend_auth_words()),
        "how an accepted password is spoken: user-pass, sasl-plain, or auto by its CAPA",
        R"("user-pass")"},
    Key{"backend.client_address",
        word<each<&Live::backends, &Backend::client_address>>(client_address_words()),
        "how it is told where clients come from: none, proxy-v1, proxy-v2, xclient or xoip",
        R"("proxy-v2")"},
    Key{"backend.error_text", word<each<&Live::backends, &Backend::error_text>>(error_text_words()),
        "its text after -ERR, once somebody is logged in: replace it, or pass it as it stands", R"("replace")"},
    Key{"backend.temporary_errors",
        Texts{each<&Live::backends, &Backend::temporary_errors>, fault_of_error_text},
        "its texts after -ERR that do not mean a wrong password; * stands for any characters",
        R"(["*mailbox is being moved*"])"},
    Key{"backend.line_ends", word<each<&Live::backends, &Backend::line_ends>>(line_ends_words()),
        "how it ends its lines: crlf, lf, or auto, as in its greeting", R"("auto")"},
    later_key("backend.body"),
    Key{"backend.health.interval", Duration{health_interval, 1h},
        "how often each address is asked how it is, by a greeting and QUIT; 0 is off", R"("10s")"},
    Key{"backend.health.rise", Number{health_limits<&policy::HealthLimits::rise>, 1, 100},
        "how many greetings in a row it takes to be up again", "2"},
    Key{"backend.health.fall", Number{health_limits<&policy::HealthLimits::fall>, 0, 100},
        "how many failures in a row, of checks and logins, it takes to be down; 0 is never", "3"},
    later_key("backend.max_connections"),
    later_key("backend.source_address"),

    Key{"route", List{add_route, count_routes},
        "which logins go to which backend; the first that fits decides", "[[route]]"},
    Key{"route.name", Text{each<&Live::routes, &Route::name>, fault_of_name}, "its name in logs",
        R"("hosted")"},
    Key{"route.users", Texts{each<&Live::routes, &Route::users>, fault_of_user},
        "who, in any case of letters; * stands for any characters; empty is everybody",
        R"(["*@old.example.com"])"},
    Key{"route.networks", Networks{each<&Live::routes, &Route::networks>},
        "from where; empty is from everywhere", R"(["10.0.0.0/8", "2001:db8::/32"])"},
    Key{"route.listeners", Texts{each<&Live::routes, &Route::listeners>, fault_of_name},
        "names of listeners; empty is all", R"(["pop3"])"},
    Key{"route.map_file", Text{each<&Live::routes, &Route::map_file>, fault_of_path},
        "lines USER BACKEND [NAME THERE]; who is not in it goes to the next route",
        R"("/etc/postern/users.map")"},
    Key{"route.backend", Text{each<&Live::routes, &Route::backend>, fault_of_name},
        "where they go: a backend's name", R"("exchange")"},
    Key{"route.user_format", Text{each<&Live::routes, &Route::user_format>, fault_of_user_format},
        "what the backend is told: %u as typed, %n without the domain, %d the domain, %l... in "
        "lower case", R"("%ln@%ld")"},

    Key{"limits.max_connections", Number{at<&Live::limits, &Limits::max_connections>, 0, 1'000'000},
        "sessions at a time; 0 is as many as descriptors and memory allow", "10000"},
    Key{"limits.max_connections_per_ip",
        Number{at<&Live::limits, &Limits::max_connections_per_ip>, 0, 1'000'000},
        "connections from one address at a time; 0 is off", "64"},
    Key{"limits.max_handshakes_per_ip", Pacing{at<&Live::limits, &Limits::max_handshakes_per_ip>},
        "new connections from one address where TLS is spoken, after a burst of five times as many; "
        "0 is off",
        R"("20/s")"},
    later_key("limits.max_connections_per_user"),
    Key{"limits.max_command_bytes", Size{at<&Live::limits, &Limits::max_command_bytes>, 40, 1024},
        "longest command line of a client", "512"},
    Key{"limits.max_auth_bytes", Size{at<&Live::limits, &Limits::max_auth_bytes>, 512, 1'048'576},
        "longest line inside AUTH", "65536"},
    Key{"limits.max_bad_commands", Number{at<&Live::limits, &Limits::max_bad_commands>, 0, 1000},
        "wrong commands until the session is closed; 0 is off", "5"},
    Key{"limits.max_login_attempts", Number{at<&Live::limits, &Limits::max_login_attempts>, 0, 1000},
        "logins in one session until it is closed; 0 is off", "5"},
    Key{"limits.auth_failures.window",
        Duration{auth_failures<&policy::GuessLimits::window>, 24h},
        "how long a wrong password counts; 0 turns all of this off", R"("10m")"},
    Key{"limits.auth_failures.per_ip",
        Number{auth_failures<&policy::GuessLimits::per_ip>, 0, 1'000'000},
        "wrong passwords from one address until it is banned; 0 is off", "30"},
    Key{"limits.auth_failures.per_user_network",
        Number{auth_failures<&policy::GuessLimits::per_user_network>, 0, 1'000'000},
        "wrong passwords of one user from one address until this user is locked there; 0 is off",
        "10"},
    Key{"limits.auth_failures.ban", Duration{auth_failures<&policy::GuessLimits::ban>, 24h * 30},
        "how long a ban and a lock last; 0 is neither", R"("10m")"},
    Key{"limits.auth_failures.delay", Duration{auth_failures<&policy::GuessLimits::delay>, 1min},
        "how long the answer to a wrong password is held back", R"("2s")"},
    Key{"limits.auth_failures.remember",
        Duration{auth_failures<&policy::GuessLimits::remember>, 24h},
        "how long a password that the backend keeps refusing is refused without asking it; 0 is off",
        R"("5m")"},
    Key{"limits.auth_failures.ipv4_prefix",
        Number{auth_failures<&policy::GuessLimits::ipv4_prefix>, 8, 32},
        "how many bits of an IPv4 address are one place", "32"},
    Key{"limits.auth_failures.ipv6_prefix",
        Number{auth_failures<&policy::GuessLimits::ipv6_prefix>, 16, 128},
        "how many bits of an IPv6 address are one place", "64"},
    Key{"limits.auth_failures.exempt", Networks{auth_failures<&policy::GuessLimits::exempt>},
        "networks that are never counted, delayed or banned", R"(["10.0.0.0/8"])"},
    Key{"limits.auth_failures.mode", word<auth_failures<&policy::GuessLimits::mode>>(mode_words()),
        "enforce, or report-only: say who would be delayed, locked and banned", R"("enforce")"},

    Key{"timeouts.handshake", Duration{at<&Live::timeouts, &Timeouts::handshake>, 10min},
        "for a TLS handshake", R"("10s")"},
    Key{"timeouts.login", Duration{at<&Live::timeouts, &Timeouts::login>, 1h},
        "from the connection to a login", R"("60s")"},
    Key{"timeouts.idle", Duration{at<&Live::timeouts, &Timeouts::idle>, 24h},
        "between two commands after login; RFC 1939 wants 10 minutes or more", R"("10m")"},
    Key{"timeouts.stall", Duration{at<&Live::timeouts, &Timeouts::stall>, 1h},
        "a peer that takes nothing of what it is sent", R"("60s")"},
    Key{"timeouts.connect", Duration{at<&Live::timeouts, &Timeouts::connect>, 10min},
        "for a connection to a backend", R"("10s")"},
    Key{"timeouts.backend_login", Duration{at<&Live::timeouts, &Timeouts::backend_login>, 10min},
        "for a backend to answer a login", R"("30s")"},
    Key{"timeouts.backend_reply", Duration{at<&Live::timeouts, &Timeouts::backend_reply>, 1h},
        "for a backend to answer a command after login, QUIT included", R"("3m")"},
    later_key("timeouts.queue"),
    Key{"timeouts.drain", Duration{at<&Live::timeouts, &Timeouts::drain>, 24h},
        "for open sessions to end when stopping", R"("5m")"},

    Key{"log.target", Text{at<&Live::log, &Log::target>, fault_of_log_target},
        "stderr, or a file", R"("stderr")"},
    Key{"log.format", word<at<&Live::log, &Log::format>>(log_format_words()),
        "logfmt or json", R"("logfmt")"},
    Key{"log.level", word<at<&Live::log, &Log::level>>(log_level_words()),
        "debug, info, warn or error", R"("info")"},
    later_key("log.user"),
    later_key("log.quiet_networks"),

    later_key("metrics.listen"),
    later_key("control.socket"),
    later_key("security.user"),
    later_key("security.sandbox"),
    later_key("security.isolate_keys"),
};
// clang-format on

}  // namespace

const Schema& schema() {
  static const Schema kSchema(kKeys);
  return kSchema;
}

}  // namespace postern::conf
