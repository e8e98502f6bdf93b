// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/dovecot_reasons.hpp"

#include <algorithm>
#include <array>

namespace postern::migrate {
namespace {

struct Why {
  std::string_view begins;
  std::string_view why;
};

constexpr std::string_view kStays = "that is not about POP3 logins; it stays with Dovecot";

constexpr std::array kWhys = {
    Why{"ssl_cipher", "ciphers are chosen as a whole, by tls.profile"},
    Why{"ssl_prefer", "tls.profile has an order of its own"},
    Why{"ssl_server_prefer", "tls.profile has an order of its own"},
    Why{"ssl_curve", "tls.profile has its groups"},
    Why{"ssl_dh", "no cipher of a tls.profile needs finite-field Diffie-Hellman"},
    Why{"ssl_server_dh", "no cipher of a tls.profile needs finite-field Diffie-Hellman"},
    Why{"ssl_key_password", "keys must be without a passphrase: openssl pkey -in KEY -out NEW"},
    Why{"ssl_server_key_password",
        "keys must be without a passphrase: openssl pkey -in KEY -out NEW"},
    Why{"ssl_client_ca_dir",
        "a directory is none; write one file as backend.ca_file, or nothing for "
        "the system's store"},
    Why{"ssl_client_", "see backend.cert_file and backend.key_file"},
    Why{"ssl_verify_client", "see tls.client_auth and tls.client_ca_file"},
    Why{"ssl_request_client", "see tls.client_auth and tls.client_ca_file"},
    Why{"ssl_ca", "see tls.client_auth and tls.client_ca_file"},
    Why{"ssl_server_ca", "see tls.client_auth and tls.client_ca_file"},
    Why{"ssl_options", "that is OpenSSL's own"},
    Why{"login_trusted_networks",
        "whoever may log in there without TLS is a [[policy.exception]] with "
        "networks; a balancer is a listener's proxy_trusted"},
    Why{"login_log_format", "the fields of the log are fixed"},
    Why{"login_", "postern has no such setting"},
    Why{"log_path", "see log.target"},
    Why{"info_log_path", "see log.target"},
    Why{"syslog_facility", "the facility is mail; see log.target"},
    Why{"auth_verbose", "each refused login has a line of the log"},
    Why{"auth_username_format", "see user_format of a [[route]]"},
    Why{"auth_", "the POP3 server behind postern judges logins"},
    Why{"pop3_", "that stays with the server that has the mailboxes"},
    Why{"verbose_ssl", "each handshake that fails has a line of the log"},
};

}  // namespace

std::string_view reason_without(std::string_view setting) noexcept {
  const auto known =
      std::ranges::find_if(kWhys, [&](const Why& why) { return setting.starts_with(why.begins); });
  return known == kWhys.end() ? kStays : known->why;
}

}  // namespace postern::migrate
