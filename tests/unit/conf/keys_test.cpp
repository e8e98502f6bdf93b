// SPDX-License-Identifier: Apache-2.0
// Every key of the documentation is supported: none is unknown, and none is ignored.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "conf/reader.hpp"
#include "conf/schema.hpp"

namespace postern::conf {
namespace {

// clang-format off
constexpr std::string_view kDocumented[] = {
    "server.names",
    "server.workers",
    "server.state_dir",
    "listener.address",
    "listener.name",
    "listener.tls",
    "listener.greeting",
    "listener.proxy_protocol",
    "listener.proxy_trusted",
    "listener.login",
    "listener.min_version",
    "listener.profile",
    "listener.sni",
    "tls.certificate.cert_file",
    "tls.certificate.key_file",
    "tls.cert_dir",
    "tls.min_version",
    "tls.max_version",
    "tls.profile",
    "tls.old_version",
    "tls.sni_unknown",
    "tls.alpn",
    "tls.reload_interval",
    "tls.tickets",
    "tls.ticket_key_file",
    "tls.client_auth",
    "tls.client_ca_file",
    "tls.client_user",
    "tls.certificate.ocsp_file",
    "policy.login",
    "policy.mode",
    "policy.report_only_until",
    "policy.enforce_from",
    "policy.enforce_percent",
    "policy.enforce_hours",
    "policy.mechanisms",
    "policy.before_tls",
    "policy.exception.networks",
    "policy.exception.users",
    "policy.exception.listeners",
    "policy.exception.login",
    "policy.exception.min_version",
    "policy.exception.mode",
    "policy.exception.report_only_until",
    "policy.exception.enforce_from",
    "policy.exception.stls",
    "policy.exception.comment",
    "policy.exception.expires",
    "policy.commands",
    "policy.capabilities",
    "policy.help_text",
    "policy.help_url",
    "policy.refusal_code",
    "policy.on_plaintext",
    "policy.exposed",
    "backend.address",
    "backend.balance",
    "backend.tls",
    "backend.verify",
    "backend.ca_file",
    "backend.server_name",
    "backend.pin_sha256",
    "backend.min_version",
    "backend.cert_file",
    "backend.key_file",
    "backend.warm",
    "backend.auth",
    "backend.client_address",
    "backend.error_text",
    "backend.temporary_errors",
    "backend.line_ends",
    "backend.body",
    "backend.health.interval",
    "backend.health.rise",
    "backend.health.fall",
    "backend.max_connections",
    "backend.source_address",
    "route.name",
    "route.users",
    "route.networks",
    "route.listeners",
    "route.map_file",
    "route.backend",
    "route.user_format",
    "limits.max_connections",
    "limits.max_connections_per_ip",
    "limits.max_connections_per_user",
    "limits.max_handshakes_per_ip",
    "limits.max_command_bytes",
    "limits.max_auth_bytes",
    "limits.max_bad_commands",
    "limits.max_login_attempts",
    "limits.auth_failures.window",
    "limits.auth_failures.per_ip",
    "limits.auth_failures.per_user_network",
    "limits.auth_failures.ban",
    "limits.auth_failures.delay",
    "limits.auth_failures.remember",
    "limits.auth_failures.ipv4_prefix",
    "limits.auth_failures.ipv6_prefix",
    "limits.auth_failures.exempt",
    "limits.auth_failures.mode",
    "timeouts.handshake",
    "timeouts.login",
    "timeouts.idle",
    "timeouts.stall",
    "timeouts.connect",
    "timeouts.backend_login",
    "timeouts.backend_reply",
    "timeouts.queue",
    "timeouts.drain",
    "log.target",
    "log.format",
    "log.level",
    "log.user",
    "log.quiet_networks",
    "metrics.listen",
    "control.socket",
    "security.user",
    "security.sandbox",
    "security.isolate_keys",
    "cluster.redis",
    "cluster.username",
    "cluster.password_file",
    "cluster.tls",
    "cluster.ca_file",
    "cluster.key_file",
    "cluster.node",
    "cluster.on_failure",
};
// clang-format on

constexpr std::string_view kLists[] = {"listener", "tls.certificate", "policy.exception", "backend",
                                       "route"};

// The key alone in its table. A time without a day is what no key takes, so a supported one is
// refused for it.
std::string alone(std::string_view key) {
  const std::size_t dot = key.rfind('.');
  const std::string table(key.substr(0, dot));
  std::string header = "[" + table + "]\n";
  for (const std::string_view list : kLists) {
    const std::string element = "[[" + std::string(list) + "]]\n";
    if (table == list) header = element;
    if (table.starts_with(std::string(list) + '.')) header.insert(0, element);
  }
  return header + std::string(key.substr(dot + 1)) + " = 07:32:00\n";
}

Diagnostics faults_of(std::string_view key) {
  const auto document = read_text(alone(key), "f");
  REQUIRE_FALSE(document.has_value());
  return document.error();
}

bool any_begins(const Diagnostics& diagnostics, const std::string& text) {
  return std::ranges::any_of(diagnostics,
                             [&](const Diagnostic& one) { return one.text.starts_with(text); });
}

}  // namespace

TEST_CASE("every documented key is supported") {
  for (const std::string_view key : kDocumented) {
    INFO(key);
    const Diagnostics faults = faults_of(key);
    CHECK_FALSE(any_begins(faults, "unknown"));
    CHECK(any_begins(faults, "`" + std::string(key) + "` must be"));
  }
}

TEST_CASE("every key in the schema is documented") {
  for (const Key& key : schema().keys()) {
    INFO(key.name);
    // A list is documented by its keys; a backend's name is in the example only.
    if (std::holds_alternative<List>(key.field) || key.name == "backend.name") continue;
    CHECK(std::ranges::find(kDocumented, key.name) != std::end(kDocumented));
  }
}

TEST_CASE("every supported key has an example that it takes") {
  for (const Key& key : schema().keys()) {
    if (std::holds_alternative<List>(key.field)) continue;
    INFO(key.name);
    const std::size_t dot = key.name.rfind('.');
    const std::string table(key.name.substr(0, dot));
    const bool list = schema().list_of(key) != nullptr;
    const auto document =
        read_text((list ? "[[" + table + "]]\n" : "[" + table + "]\n") +
                      std::string(leaf_of(key.name)) + " = " + std::string(key.example) + "\n",
                  "f");
    REQUIRE_FALSE(document.has_value());
    CHECK_FALSE(any_begins(document.error(), "`" + std::string(key.name) + "`"));
  }
}

}  // namespace postern::conf
