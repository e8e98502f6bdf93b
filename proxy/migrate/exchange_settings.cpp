// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/exchange_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "conf/units.hpp"
#include "policy/host_name.hpp"
#include "proxy/migrate/exchange_values.hpp"
#include "proxy/migrate/spelling.hpp"

namespace postern::migrate {
namespace {

using nlohmann::json;

constexpr std::size_t kMostServers = 64;
constexpr std::uint16_t kImplicitPort = 995;
constexpr std::uint16_t kClearPort = 110;

// What Exchange goes on doing behind postern.
constexpr std::array kStaysThere = {"MessageRetrievalMimeFormat",  "MessageRetrievalSortOrder",
                                    "CalendarItemRetrievalOption", "OwaServerUrl",
                                    "EnableExactRFC822Size",       "SuppressReadReceipt"};

constexpr std::string_view kUsualBanner = "The Microsoft Exchange POP3 service is ready.";

// One server's settings. Names in PowerShell have no case.
class Settings {
 public:
  explicit Settings(const json& object) {
    for (const auto& [name, value] : object.items()) values_.emplace_back(lower_case(name), &value);
  }

  // Null values are none.
  const json* find(std::string_view name) const {
    const auto found =
        std::ranges::find(values_, lower_case(name), &std::pair<std::string, const json*>::first);
    return found == values_.end() || found->second->is_null() ? nullptr : found->second;
  }
  std::string text(std::string_view name) const {
    const json* const value = find(name);
    return value == nullptr ? "" : exchange_text(*value);
  }
  std::vector<std::string> bindings(std::string_view name) const {
    const json* const value = find(name);
    return value == nullptr ? std::vector<std::string>() : exchange_bindings(*value);
  }
  bool is_set(std::string_view name) const {
    const json* const value = find(name);
    return value != nullptr && value->is_boolean() && value->get<bool>();
  }
  bool are_of_pop() const {
    return find("LoginType") != nullptr || find("SSLBindings") != nullptr ||
           find("UnencryptedOrTLSBindings") != nullptr;
  }

 private:
  std::vector<std::pair<std::string, const json*>> values_;
};

// "EXCH01\1" and "EXCH01" are that server.
std::string own_name(const Settings& one) {
  for (const std::string_view key : {"Server", "Identity", "PSComputerName"}) {
    std::string name = one.text(key);
    name.resize(std::min(name.find('\\'), name.size()));
    if (policy::is_host_name(name)) return name;
  }
  return {};
}

std::uint16_t port_of(const std::vector<std::string>& bindings, std::uint16_t usual) {
  if (bindings.empty()) return usual;
  const auto spot = spot_from(bindings.front());
  return spot ? spot->port : usual;
}

class Exchange {
 public:
  Exchange(std::vector<Settings> servers, const std::string& file)
      : servers_(std::move(servers)), file_(file) {
    blueprint_.source = "Exchange's POP3 settings";
  }

  Blueprint make() {
    names();
    doors();
    login();
    mechanisms();
    limits();
    backend();
    remainder();
    differences();
    return std::move(blueprint_);
  }

 private:
  const Settings& first() const { return servers_.front(); }
  Origin here() const { return {file_}; }

  void names() {
    const json* const outside = first().find("ExternalConnectionSettings");
    if (outside != nullptr) {
      for (const std::string& one : exchange_texts(*outside)) {
        blueprint_.add_name(one.substr(0, one.find(':')), "ExternalConnectionSettings");
      }
    }
    const std::string name = first().text("X509CertificateName");
    if (name.empty()) return;
    if (name.starts_with("*.")) {
      blueprint_.left_out(here(), "X509CertificateName " + name,
                          "write the names that users type as server.names");
    }
    blueprint_.add_name(name, "X509CertificateName");
    blueprint_.look_at(here(), "X509CertificateName " + name,
                       "export that certificate with its chain and key as PFX, and: openssl pkcs12 "
                       "-in FILE.pfx -nodes -out FILE.pem; it does as cert_file and as key_file");
  }

  void doors() {
    const std::string banner = first().text("Banner");
    const auto door = [&](std::string_view key, std::string_view name, std::string_view tls) {
      const auto addresses = first().bindings(key);
      if (addresses.empty()) return;
      Table& listener = blueprint_.add_listener(name, addresses, tls, std::string(key));
      if (!banner.empty() && banner != kUsualBanner)
        listener.set("greeting", text(banner), "Banner");
    };
    door("SSLBindings", "pop3s", "implicit");
    door("UnencryptedOrTLSBindings", "pop3", "stls");
  }

  void login() {
    const json* const value = first().find("LoginType");
    if (value == nullptr) return;
    const std::string type = login_type(*value);
    if (type.empty()) return blueprint_.left_out(here(), "LoginType", "no type that Exchange has");
    const std::string_view level = type == "SecureLogin"      ? "tls-required"
                                   : type == "PlainTextLogin" ? "plaintext-allowed"
                                                              : "tls-for-plaintext";
    blueprint_.policy.set("login", text(level), "LoginType " + type);
    if (type != "PlainTextLogin") return;
    blueprint_.look_at(here(), "LoginType PlainTextLogin",
                       "taken over because it is asked for: passwords cross without TLS; `postern "
                       "report plaintext` tells whose, and [[policy.exception]] is narrower");
  }

  void mechanisms() {
    if (!first().is_set("EnableGSSAPIAndNTLMAuth")) return;
    blueprint_.policy.set("mechanisms", list({"USER", "PLAIN", "LOGIN", "NTLM", "GSSAPI"}),
                          "EnableGSSAPIAndNTLMAuth");
  }

  void limit(std::string_view theirs, std::string_view ours) {
    const json* const value = first().find(theirs);
    if (value == nullptr) return;
    if (const auto count = exchange_number(*value)) {
      blueprint_.limits.set(ours, number(*count), std::string(theirs));
    }
  }

  void span(std::string_view theirs, std::string_view ours) {
    const json* const value = first().find(theirs);
    if (value == nullptr) return;
    const auto time = exchange_span(*value);
    if (!time) return blueprint_.left_out(here(), std::string(theirs), "no span of time");
    blueprint_.timeouts.set(ours, text(conf::duration_text(*time)), std::string(theirs));
  }

  void limits() {
    limit("MaxConnections", "max_connections");
    limit("MaxConnectionFromSingleIP", "max_connections_per_ip");
    limit("MaxConnectionsPerUser", "max_connections_per_user");
    limit("MaxCommandSize", "max_command_bytes");
    span("PreAuthenticatedConnectionTimeout", "login");
    span("AuthenticatedConnectionTimeout", "idle");
  }

  // The address of one server, under TLS where it has that.
  std::string address_of(const Settings& one, bool implicit) const {
    std::uint16_t port = implicit ? port_of(one.bindings("SSLBindings"), kImplicitPort)
                                  : port_of(one.bindings("UnencryptedOrTLSBindings"), kClearPort);
    const json* const target = one.find("ProxyTargetPort");
    const auto wanted = target == nullptr ? std::nullopt : exchange_number(*target);
    // Others are between the two halves of one Exchange.
    if (wanted && (*wanted == kClearPort || *wanted == kImplicitPort)) {
      port = static_cast<std::uint16_t>(*wanted);
    }
    std::string host;
    if (const json* const inside = one.find("InternalConnectionSettings")) {
      for (const std::string& each : exchange_texts(*inside)) {
        const auto parts = split(each, ":");
        if (host.empty() && parts.size() >= 2 && policy::is_host_name(parts[0])) host = parts[0];
      }
    }
    if (host.empty()) host = own_name(one);
    return host.empty() ? "" : address_text(host, port);
  }

  void backend() {
    const bool implicit = !first().bindings("SSLBindings").empty();
    std::vector<std::string> addresses;
    for (const Settings& one : servers_) {
      std::string address = address_of(one, implicit);
      if (!address.empty() && !is_among(addresses, address)) {
        addresses.push_back(std::move(address));
      }
    }
    if (addresses.empty()) return;
    Table& backend = blueprint_.backends.emplace_back(Table{"[[backend]]"});
    backend.remark = "Exchange itself, at the name that it has inside.";
    backend.set("name", text("exchange"), {});
    backend.set("address", list(addresses), "the server's own name");
    const auto spot = spot_from(addresses.front());
    const bool secured = implicit && spot && spot->port != kClearPort;
    backend.set("tls", text(secured ? "implicit" : "stls"),
                secured ? "SSLBindings" : "UnencryptedOrTLSBindings");
    const std::string name = first().text("X509CertificateName");
    if (policy::is_host_name(name)) {
      backend.set("server_name", text(name), "X509CertificateName");
    }
    blueprint_.look_at(here(), "[[backend]]",
                       fmt::format("{} is a guess from the server's own settings, and its "
                                   "certificate has to be good: `postern doctor` tells",
                                   list(addresses)));
    target_port();
    if (first().find("EnforceCertificateErrors") != nullptr &&
        !first().is_set("EnforceCertificateErrors")) {
      blueprint_.left_out(here(), "EnforceCertificateErrors false",
                          "postern looks at the server's certificate; pin a self-signed one: "
                          "backend.verify = \"pin\"");
    }
  }

  void target_port() {
    const json* const target = first().find("ProxyTargetPort");
    const auto wanted = target == nullptr ? std::nullopt : exchange_number(*target);
    if (!wanted || *wanted == 0 || *wanted == kClearPort || *wanted == kImplicitPort) return;
    blueprint_.left_out(here(), fmt::format("ProxyTargetPort {}", *wanted),
                        "that is between the two halves of Exchange; postern speaks to the one "
                        "that clients spoke to");
  }

  void remainder() {
    if (first().is_set("ProtocolLogEnabled")) {
      blueprint_.left_out(here(), "ProtocolLogEnabled true", "see `postern trace`, and log.level");
    }
    const json* const protection = first().find("ExtendedProtectionPolicy");
    const bool none = protection == nullptr || lower_case(exchange_text(*protection)) == "none" ||
                      exchange_number(*protection) == 0;
    if (!none) {
      blueprint_.look_at(
          here(), "ExtendedProtectionPolicy",
          "it binds NTLM and Kerberos to the TLS of the client, which ends at "
          "postern: set it to None, or take NTLM and GSSAPI out of policy.mechanisms");
    }
    std::string kept;
    for (const char* const name : kStaysThere) {
      if (first().find(name) != nullptr)
        kept += fmt::format("{}{}", kept.empty() ? "" : ", ", name);
    }
    if (kept.empty()) return;
    blueprint_.left_out(here(), kept, "Exchange goes on doing that itself, behind postern");
  }

  void differences() {
    constexpr std::array kCompared = {"LoginType",
                                      "SSLBindings",
                                      "UnencryptedOrTLSBindings",
                                      "X509CertificateName",
                                      "Banner",
                                      "MaxCommandSize",
                                      "MaxConnections",
                                      "MaxConnectionFromSingleIP",
                                      "MaxConnectionsPerUser",
                                      "PreAuthenticatedConnectionTimeout",
                                      "AuthenticatedConnectionTimeout"};
    for (std::size_t i = 1; i < servers_.size(); ++i) {
      for (const char* const name : kCompared) {
        const json* const one = first().find(name);
        const json* const other = servers_[i].find(name);
        const bool same = one == nullptr || other == nullptr ? one == other : *one == *other;
        if (same) continue;
        const std::string who = own_name(servers_[i]);
        blueprint_.left_out(here(),
                            fmt::format("{} of {}", name, who.empty() ? number(i + 1) : who),
                            "it differs from the first server's, which counts");
      }
    }
  }

  std::vector<Settings> servers_;
  const std::string& file_;
  Blueprint blueprint_;
};

}  // namespace

std::expected<Blueprint, Refusal> blueprint_of_exchange(std::string_view text,
                                                        const std::string& file) {
  const auto refuse = [&](std::string why) {
    return std::unexpected(Refusal{Refusal::Kind::kNoSuchFile, {file}, std::move(why)});
  };
  const json all = json::parse(text, nullptr, false);
  if (all.is_discarded()) {
    return refuse("no JSON; write it with: Get-PopSettings | ConvertTo-Json -Depth 5");
  }
  std::vector<Settings> servers;
  if (all.is_object()) servers.emplace_back(all);
  if (all.is_array()) {
    for (const json& one : all) {
      if (one.is_object() && servers.size() < kMostServers) servers.emplace_back(one);
    }
  }
  std::erase_if(servers, [](const Settings& one) { return !one.are_of_pop(); });
  if (servers.empty()) {
    return refuse(
        "no settings of Get-PopSettings; write them with: Get-PopSettings | "
        "ConvertTo-Json -Depth 5");
  }
  return Exchange(std::move(servers), file).make();
}

}  // namespace postern::migrate
