// SPDX-License-Identifier: Apache-2.0
// What clients come in by: the keys of the server, its listeners and their TLS.
#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string_view>

#include "conf/access.hpp"
#include "conf/names.hpp"
#include "conf/schema_parts.hpp"
#include "conf/words.hpp"

namespace postern::conf {
namespace {

constexpr auto kAddListener = [](Settings& settings, Mark mark) {
  settings.live.listeners.emplace_back().mark = Place{mark};
};
constexpr auto kCountListeners = [](const Settings& settings) {
  return settings.live.listeners.size();
};
constexpr auto kAddCertificate = [](Settings& settings, Mark mark) {
  settings.live.tls.certificates.emplace_back();
  settings.live.certificate_marks.push_back(Place{mark});
};
constexpr auto kCountCertificates = [](const Settings& settings) {
  return settings.live.tls.certificates.size();
};

// Mozilla's own name for it.
std::optional<int> profile_alias(std::string_view word) {
  return word == "old" ? std::optional(static_cast<int>(tls::Profile::kLegacy)) : std::nullopt;
}

// clang-format off
const std::array kDoorKeys = {
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
        "IP addresses and ports, port 0 takes a free one; or sockets of a service manager, systemd:NAME",
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
    Key{"listener.profile", word<each<&Live::listeners, &Listener::profile>>(profile_words(), profile_alias),
        "overrides tls.profile here", R"("legacy")"},
    Key{"listener.sni", Texts{each<&Live::listeners, &Listener::sni>, fault_of_sni},
        "what these settings are for, where listeners share an address; one without takes all others",
        R"(["old.example.com"])"},

    Key{"tls.certificate", List{kAddCertificate, kCountCertificates},
        "a certificate to serve; several are chosen from by name and by kind of key",
        "[[tls.certificate]]"},
    Key{"tls.certificate.cert_file", Text{certificate<&tls::CertificateFiles::cert_file>, fault_of_path},
        "PEM: the certificate, then its intermediates",
        R"("/etc/postern/tls/pop.example.com.fullchain.pem")", kRequired},
    Key{"tls.certificate.key_file", Text{certificate<&tls::CertificateFiles::key_file>, fault_of_path},
        "PEM: its private key, without a passphrase",
        R"("/etc/postern/tls/pop.example.com.privkey.pem")", kRequired},
    Key{"tls.certificate.ocsp_file", Text{certificate<&tls::CertificateFiles::ocsp_file>, fault_of_path},
        "DER: an OCSP response to staple, kept fresh by somebody else",
        R"("/etc/postern/tls/pop.example.com.ocsp")"},
    Key{"tls.cert_dir", Text{at<&Live::tls, &tls::Settings::cert_dir>, fault_of_path},
        "a directory of more: NAME.pem with NAME.key, or NAME/fullchain.pem with NAME/privkey.pem",
        R"("/etc/postern/tls/names")"},
    Key{"tls.min_version", word<at<&Live::tls, &tls::Settings::min_version>>(version_words()),
        "oldest TLS version; 1.0 and 1.1 are for old clients and not safe", R"("1.2")"},
    Key{"tls.max_version", word<at<&Live::tls, &tls::Settings::max_version>>(version_words()),
        "newest TLS version", R"("1.3")"},
    Key{"tls.profile", word<at<&Live::tls, &tls::Settings::profile>>(profile_words(), profile_alias),
        "Mozilla's sets of ciphers: modern, intermediate, legacy", R"("intermediate")"},
    Key{"tls.old_version", word<at<&Live::tls, &tls::Settings::old_version>>(old_version_words()),
        "a client offers nothing new enough: refuse-handshake, or refuse-login, in words",
        R"("refuse-login")"},
    Key{"tls.sni_unknown", word<at<&Live::tls, &tls::Settings::sni_unknown>>(unknown_name_words()),
        "a client asks for a name that no certificate covers: default or reject", R"("default")"},
    Key{"tls.alpn", word<at<&Live::tls, &tls::Settings::alpn>>(alpn_words()),
        "strict refuses a client that offers ALPN without pop3 (ALPACA); or lenient", R"("strict")"},
    Key{"tls.reload_interval", Duration{at<&Live::tls, &tls::Settings::reload_interval>,
                 std::chrono::hours(24)},
        "how often certificates and maps are looked at where no change is heard of; 0 is never",
        R"("30s")"},
    Key{"tls.tickets", Flag{at<&Live::tls, &tls::Settings::tickets>},
        "session resumption by tickets; their keys rotate", "true"},
    Key{"tls.ticket_key_file", Text{at<&Live::tls, &tls::Settings::ticket_key_file>, fault_of_optional_path},
        "144 random bytes, three ticket keys that several machines share: next, current, old",
        R"("/etc/postern/tls/ticket.key")"},
    Key{"tls.client_auth", word<at<&Live::tls, &tls::Settings::client_auth>>(client_auth_words()),
        "whether clients are asked for a certificate: none, request (they need not have one), require",
        R"("request")"},
    Key{"tls.client_ca_file", Text{at<&Live::tls, &tls::Settings::client_ca_file>, fault_of_optional_path},
        "PEM: the authorities that clients' certificates may come from", R"("/etc/postern/tls/clients.pem")"},
    Key{"tls.client_user", word<at<&Live::tls, &tls::Settings::client_user>>(client_user_words()),
        "where a client's certificate has the user's name, for EXTERNAL: cn, email, upn", R"("cn")"},
};
// clang-format on

}  // namespace

std::span<const Key> door_keys() { return kDoorKeys; }

}  // namespace postern::conf
