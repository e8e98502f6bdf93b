// SPDX-License-Identifier: Apache-2.0
// Every key of the documentation is either supported or refused as not yet supported: none is
// unknown, and none is ignored.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "conf/reader.hpp"
#include "conf/schema.hpp"

namespace postern::conf {
namespace {

enum class State { kNow, kLater };

struct Documented {
  std::string_view key;
  State state;
  std::string_view refused;  // the key that the refusal names: this one, or a table around it
};

constexpr Documented now(std::string_view key) { return {key, State::kNow, {}}; }
constexpr Documented later(std::string_view key) { return {key, State::kLater, key}; }
constexpr Documented within(std::string_view table, std::string_view key) {
  return {key, State::kLater, table};
}

// clang-format off
constexpr Documented kDocumented[] = {
    now("server.names"),
    now("server.workers"),
    now("server.state_dir"),
    now("listener.address"),
    now("listener.name"),
    now("listener.tls"),
    now("listener.greeting"),
    now("listener.proxy_protocol"),
    now("listener.proxy_trusted"),
    now("listener.login"),
    now("listener.min_version"),
    now("listener.profile"),
    now("listener.sni"),
    now("tls.certificate.cert_file"),
    now("tls.certificate.key_file"),
    now("tls.cert_dir"),
    now("tls.min_version"),
    now("tls.max_version"),
    now("tls.profile"),
    now("tls.old_version"),
    now("tls.sni_unknown"),
    now("tls.alpn"),
    now("tls.reload_interval"),
    now("tls.tickets"),
    now("tls.ticket_key_file"),
    now("tls.client_auth"),
    now("tls.client_ca_file"),
    now("tls.client_user"),
    now("tls.certificate.ocsp_file"),
    now("policy.login"),
    now("policy.mode"),
    now("policy.report_only_until"),
    now("policy.enforce_from"),
    now("policy.enforce_percent"),
    now("policy.enforce_hours"),
    now("policy.mechanisms"),
    now("policy.before_tls"),
    now("policy.exception.networks"),
    now("policy.exception.users"),
    now("policy.exception.listeners"),
    now("policy.exception.login"),
    now("policy.exception.min_version"),
    now("policy.exception.mode"),
    now("policy.exception.report_only_until"),
    now("policy.exception.enforce_from"),
    now("policy.exception.stls"),
    now("policy.exception.comment"),
    now("policy.exception.expires"),
    now("policy.commands"),
    now("policy.capabilities"),
    now("policy.help_text"),
    now("policy.help_url"),
    now("policy.refusal_code"),
    now("policy.on_plaintext"),
    now("policy.exposed"),
    now("backend.address"),
    now("backend.balance"),
    now("backend.tls"),
    now("backend.verify"),
    now("backend.ca_file"),
    now("backend.server_name"),
    now("backend.pin_sha256"),
    now("backend.min_version"),
    now("backend.cert_file"),
    now("backend.key_file"),
    now("backend.warm"),
    now("backend.auth"),
    now("backend.client_address"),
    now("backend.error_text"),
    now("backend.temporary_errors"),
    now("backend.line_ends"),
    now("backend.body"),
    now("backend.health.interval"),
    now("backend.health.rise"),
    now("backend.health.fall"),
    now("backend.max_connections"),
    now("backend.source_address"),
    now("route.name"),
    now("route.users"),
    now("route.networks"),
    now("route.listeners"),
    now("route.map_file"),
    now("route.backend"),
    now("route.user_format"),
    now("limits.max_connections"),
    now("limits.max_connections_per_ip"),
    now("limits.max_connections_per_user"),
    now("limits.max_handshakes_per_ip"),
    now("limits.max_command_bytes"),
    now("limits.max_auth_bytes"),
    now("limits.max_bad_commands"),
    now("limits.max_login_attempts"),
    now("limits.auth_failures.window"),
    now("limits.auth_failures.per_ip"),
    now("limits.auth_failures.per_user_network"),
    now("limits.auth_failures.ban"),
    now("limits.auth_failures.delay"),
    now("limits.auth_failures.remember"),
    now("limits.auth_failures.ipv4_prefix"),
    now("limits.auth_failures.ipv6_prefix"),
    now("limits.auth_failures.exempt"),
    now("limits.auth_failures.mode"),
    now("timeouts.handshake"),
    now("timeouts.login"),
    now("timeouts.idle"),
    now("timeouts.stall"),
    now("timeouts.connect"),
    now("timeouts.backend_login"),
    now("timeouts.backend_reply"),
    now("timeouts.queue"),
    now("timeouts.drain"),
    now("log.target"),
    now("log.format"),
    now("log.level"),
    now("log.user"),
    now("log.quiet_networks"),
    now("metrics.listen"),
    now("control.socket"),
    now("security.user"),
    now("security.sandbox"),
    now("security.isolate_keys"),
    later("cluster.redis"),
    later("cluster.username"),
    later("cluster.password_file"),
    later("cluster.tls"),
    later("cluster.ca_file"),
    later("cluster.key_file"),
    later("cluster.node"),
    later("cluster.on_failure"),
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

TEST_CASE("every documented key is supported or refused as not yet supported") {
  for (const Documented& one : kDocumented) {
    INFO(one.key);
    const Diagnostics faults = faults_of(one.key);
    CHECK_FALSE(any_begins(faults, "unknown"));
    switch (one.state) {
      case State::kNow:
        CHECK(any_begins(faults, "`" + std::string(one.key) + "` must be"));
        break;
      case State::kLater:
        CHECK(any_begins(faults, "`" + std::string(one.refused) + "` is not yet supported"));
        break;
    }
  }
}

TEST_CASE("every key in the schema is documented") {
  for (const Key& key : schema().keys()) {
    INFO(key.name);
    // A list is documented by its keys; a backend's name is in the example only.
    if (std::holds_alternative<List>(key.field) || key.name == "backend.name") continue;
    CHECK(std::ranges::any_of(kDocumented, [&key](const Documented& one) {
      return one.key == key.name || one.refused == key.name;
    }));
  }
}

TEST_CASE("every supported key has an example that it takes") {
  for (const Key& key : schema().keys()) {
    if (std::holds_alternative<Later>(key.field) || std::holds_alternative<List>(key.field))
      continue;
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
