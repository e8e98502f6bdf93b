// SPDX-License-Identifier: Apache-2.0
// Where logins go: the keys of the backends, and of the routes that lead to them.
#include <array>
#include <span>

#include "conf/access.hpp"
#include "conf/names.hpp"
#include "conf/schema_parts.hpp"
#include "conf/words.hpp"

namespace postern::conf {
namespace {

using namespace std::chrono_literals;

constexpr auto kAddBackend = [](Settings& settings, Mark mark) {
  settings.live.backends.emplace_back().mark = Place{mark};
};
constexpr auto kAddRoute = [](Settings& settings, Mark mark) {
  settings.live.routes.emplace_back().mark = Place{mark};
};
constexpr auto kCountBackends = [](const Settings& settings) {
  return settings.live.backends.size();
};
constexpr auto kCountRoutes = [](const Settings& settings) { return settings.live.routes.size(); };

// clang-format off
const std::array kBackendKeys = {
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
    Key{"backend.warm", Number{each<&Live::backends, &Backend::warm>, 0, 64},
        "connections to it that each worker has ready, so that a login waits for none", "2"},
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
    Key{"backend.body", word<each<&Live::backends, &Backend::body>>(body_words()),
        "LF without CR in its messages: pass it, or repair it, which changes their size", R"("pass")"},
    Key{"backend.health.interval", Duration{health_interval, 1h},
        "how often each address is asked how it is, by a greeting and QUIT; 0 is off", R"("10s")"},
    Key{"backend.health.rise", Number{health_limits<&policy::HealthLimits::rise>, 1, 100},
        "how many greetings in a row it takes to be up again", "2"},
    Key{"backend.health.fall", Number{health_limits<&policy::HealthLimits::fall>, 0, 100},
        "how many failures in a row, of checks and logins, it takes to be down; 0 is never", "3"},
    Key{"backend.max_connections",
        Number{each<&Live::backends, &Backend::max_connections>, 0, 1'000'000},
        "connections to it at a time, of all workers; logins wait for one (timeouts.queue); 0 is any number",
        "100"},
    Key{"backend.source_address",
        Texts{each<&Live::backends, &Backend::source_address>, fault_of_source_address},
        "the address of this machine that connections to it come from; one for each of IPv4 and IPv6",
        R"(["10.0.0.5"])"},

    Key{"route", List{kAddRoute, kCountRoutes},
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
};
// clang-format on

}  // namespace

std::span<const Key> backend_keys() { return kBackendKeys; }

}  // namespace postern::conf
