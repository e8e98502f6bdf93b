// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/stunnel_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "conf/endpoint.hpp"
#include "conf/units.hpp"
#include "proxy/migrate/directive.hpp"
#include "proxy/migrate/spelling.hpp"
#include "proxy/migrate/stunnel_text.hpp"

namespace postern::migrate {
namespace {

struct Ground {
  std::string_view name;  // in lower case
  std::string_view why;   // empty: of the process, without a counterpart that anybody misses
};

constexpr std::array kGrounds = {
    Ground{"ciphers", "ciphers are chosen as a whole, by tls.profile"},
    Ground{"ciphersuites", "ciphers are chosen as a whole, by tls.profile"},
    Ground{"curve", "tls.profile has its groups"},
    Ground{"curves", "tls.profile has its groups"},
    Ground{"capath", "a directory is none; without ca_file the system's store counts"},
    Ground{"crlfile", "certificates are not looked up in lists of revoked ones"},
    Ground{"crlpath", "certificates are not looked up in lists of revoked ones"},
    Ground{"exec", "a program is no POP3 server that can be connected to"},
    Ground{"execargs", "a program is no POP3 server that can be connected to"},
    Ground{"redirect", "who shows no good certificate is refused"},
    Ground{"transparent", "the server learns of clients by backend.client_address"},
    Ground{"libwrap", "see [[policy.exception]] networks, and a packet filter"},
    Ground{"timeoutbusy", "see timeouts.backend_login and timeouts.backend_reply"},
    Ground{"timeoutclose", "closing has no time of its own"},
    Ground{"sessioncachesize", "sessions are resumed by tickets"},
    Ground{"sessioncachetimeout", "sessions are resumed by tickets"},
    Ground{"output", "see log.target"},
    Ground{"syslog", "see log.target"},
    Ground{"debug", "see log.level"},
    Ground{"setuid", "the service manager starts postern as a user of its own"},
    Ground{"setgid", "the service manager starts postern as a user of its own"},
    Ground{"chroot", "the service manager confines postern"},
    Ground{"engine", "keys are files"},
    Ground{"engineid", "keys are files"},
    Ground{"fips", "BoringSSL's build decides that"},
    Ground{"pid", "the service manager knows the process"},
    Ground{"foreground", "`postern run` stays in the foreground"},
};

struct Service {
  const Directive* block = nullptr;
  std::vector<const Directive*> settings;  // the global ones, which it may have anew, then its own

  std::vector<const Directive*> all(std::string_view name) const {
    std::vector<const Directive*> found;
    for (const Directive* const one : settings) {
      if (one->name == name) found.push_back(one);
    }
    return found;
  }
  const Directive* find(std::string_view name) const {
    const auto found = all(name);
    return found.empty() ? nullptr : found.back();
  }
  std::string_view value(std::string_view name) const {
    const Directive* const one = find(name);
    return one == nullptr ? std::string_view() : one->value();
  }
  bool is_client() const { return is_yes(value("client")); }
};

class Stunnel {
 public:
  Stunnel() { blueprint_.source = "stunnel's services"; }

  std::expected<Blueprint, Refusal> take(const Directives& all, const std::string& file) {
    for (const Directive& one : all) {
      if (!one.is_block) global_.push_back(&one);
    }
    bool any = false;
    for (const Directive& one : all) {
      if (!one.is_block) continue;
      any = true;
      Service service{.block = &one, .settings = global_};
      for (const Directive& own : one.inside) service.settings.push_back(&own);
      if (is_pop3(service)) {
        services_.push_back(std::move(service));
      } else {
        blueprint_.left_out(one.at, "[" + one.name + "]",
                            "this is not POP3; leave it with stunnel");
      }
    }
    if (services_.empty()) {
      return std::unexpected(
          Refusal{Refusal::Kind::kNoSuchFile,
                  {file},
                  any ? "there is no service for POP3 in it" : "there is no [service] in it"});
    }
    for (const Directive* const one : global_) leave_out(*one);
    make();
    return std::move(blueprint_);
  }

 private:
  static std::optional<Spot> spot_of(const Service& service, std::string_view name) {
    const Directive* const one = service.find(name);
    return one == nullptr ? std::nullopt : spot_from(one->value());
  }

  static bool is_pop3(const Service& service) {
    const std::string protocol = lower_case(service.value("protocol"));
    if (protocol == "pop3") return true;
    if (!protocol.empty() && protocol != "proxy") return false;
    for (const std::string_view end : {"accept", "connect"}) {
      const auto spot = spot_of(service, end);
      if (spot && (spot->port == 110 || spot->port == 995)) return true;
    }
    return lower_case(service.block->name).contains("pop3");
  }

  // The service that takes what this one passes on.
  const Service* behind(const Service& service) const {
    const auto to = spot_of(service, "connect");
    if (!to) return nullptr;
    for (const Service& one : services_) {
      const auto at = spot_of(one, "accept");
      if (one.is_client() && at && at->port == to->port && is_here(*to)) return &one;
    }
    return nullptr;
  }

  static bool is_here(const Spot& spot) {
    return spot.host.empty() || conf::is_loopback({.host = spot.host, .port = spot.port});
  }

  void make() {
    std::vector<const Service*> used;
    for (const Service& one : services_) {
      if (one.is_client()) continue;
      const Service* const next = behind(one);
      if (next != nullptr) used.push_back(next);
      front(one);
      if (listener_ != nullptr) back(next != nullptr ? *next : one);
    }
    for (const Service& one : services_) {
      if (!one.is_client() || is_among(used, &one)) continue;
      plain_door(one);
      if (listener_ != nullptr) back(one);
    }
    routes();
    for (const Service& one : services_) {
      for (const Directive& own : one.block->inside) leave_out(own);
    }
  }

  void accept(const Service& service, std::string_view tls) {
    const Directive* const one = service.find("accept");
    if (one == nullptr) {
      return blueprint_.left_out(service.block->at, "[" + service.block->name + "]",
                                 "it accepts nothing; postern is not started by inetd");
    }
    const auto spot = spot_from(one->value());
    if (!spot) return blueprint_.left_out(one->at, shown(*one), "no address");
    const auto address = door_address(blueprint_, *spot, *one);
    if (!address) return;
    listener_ =
        &blueprint_.add_listener(service.block->name, {*address}, tls, from(one->at, "accept"));
  }

  void front(const Service& service) {
    const bool stls = lower_case(service.value("protocol")) == "pop3";
    listener_ = nullptr;
    accept(service, stls ? "stls" : "implicit");
    versions(service);
    const Directive* const cert = service.find("cert");
    const std::string_view key = service.value("key");
    if (cert != nullptr) {
      blueprint_.add_certificate(cert->value(), key.empty() ? cert->value() : key,
                                 from(cert->at, "cert"));
    }
    clients(service);
    times(service);
  }

  // A client that speaks to stunnel without TLS, and stunnel to a server with it.
  void plain_door(const Service& service) {
    const auto spot = spot_of(service, "accept");
    const bool here = spot && is_here(*spot) && !spot->host.empty();
    listener_ = nullptr;
    accept(service, here ? "none" : "stls");
    times(service);
    if (listener_ == nullptr) return;
    const Directive& by = *service.find("accept");
    if (here) {
      listener_->set("login", text("plaintext-allowed"), "stays on this machine");
    }
    blueprint_.look_at(by.at, "[" + service.block->name + "] client = yes",
                       here ? "clients speak without TLS here, which stays on this machine"
                            : "clients spoke without TLS here, postern refuses their passwords; "
                              "policy.mode = \"report-only\" tells first who they are");
  }

  void versions(const Service& service) {
    Table& table = listener_ != nullptr ? *listener_ : blueprint_.tls;
    for (const std::string_view name : {"sslversion", "sslversionmin"}) {
      const Directive* const one = service.find(name);
      if (one == nullptr || lower_case(one->value()) == "all") continue;
      if (const auto version = tls_version(one->value())) {
        set_floor(blueprint_, table, *version, *one);
      } else {
        blueprint_.left_out(one->at, shown(*one), "no version of TLS");
      }
    }
    for (const std::string_view name : {"sslversion", "sslversionmax"}) {
      const Directive* const one = service.find(name);
      if (one == nullptr) continue;
      if (const auto version = tls_version(one->value())) leave_ceiling(blueprint_, *version, *one);
    }
    for (const Directive* const one : service.all("options")) {
      if (lower_case(one->value()).starts_with("-no_tlsv1")) {
        set_floor(blueprint_, table, "1.0", *one);
      } else if (!lower_case(one->value()).starts_with("no_")) {
        blueprint_.left_out(one->at, shown(*one), "that is OpenSSL's own");
      } else {
        excluded(table, *one);
      }
    }
  }

  // "NO_TLSv1.1"; the floor is 1.2 unless something says otherwise.
  void excluded(Table& table, const Directive& one) {
    if (tls_version(one.value().substr(3)) == "1.2") set_floor(blueprint_, table, "1.3", one);
    if (tls_version(one.value().substr(3)) == "1.3") leave_ceiling(blueprint_, "1.2", one);
  }

  void clients(const Service& service) {
    const Directive* const file = service.find("cafile");
    const Directive* by = service.find("verifychain");
    if (by == nullptr || !is_yes(by->value())) by = service.find("verifypeer");
    if (by == nullptr || !is_yes(by->value())) by = service.find("verify");
    if (by == nullptr || is_no(by->value())) return;
    if (file == nullptr) {
      return blueprint_.left_out(by->at, shown(*by),
                                 "clients' certificates need a file of authorities");
    }
    const bool asked = by->name == "verify" && by->value() == "1";
    blueprint_.tls.set("client_auth", text(asked ? "request" : "require"), from(by->at, by->name));
    blueprint_.tls.set("client_ca_file", text(file->value()), from(file->at, file->name));
    blueprint_.look_at(by->at, shown(*by), "clients are asked for a certificate on every listener");
  }

  void times(const Service& service) {
    const auto take = [&](std::string_view name, std::string_view key) {
      const Directive* const one = service.find(name);
      if (one == nullptr) return;
      if (const auto time = span_from(one->value())) {
        blueprint_.timeouts.set(key, text(conf::duration_text(*time)), from(one->at, name));
      }
    };
    take("timeoutidle", "idle");
    take("timeoutconnect", "connect");
  }

  void back(const Service& service) {
    std::vector<std::string> addresses;
    const Directive* first = nullptr;
    for (const Directive* const one : service.all("connect")) {
      if (const auto spot = spot_from(one->value())) {
        addresses.push_back(
            address_text(spot->host.empty() ? "127.0.0.1" : spot->host, spot->port));
        if (first == nullptr) first = one;
      } else {
        blueprint_.left_out(one->at, shown(*one), "no host and port");
      }
    }
    if (first == nullptr) return;
    const auto same = std::ranges::find_if(blueprint_.backends, [&](const Table& one) {
      return one.find("address")->value == list(addresses);
    });
    const std::string listener = listener_->find("name")->value;
    if (same != blueprint_.backends.end()) {
      ways_.emplace_back(listener, same->find("name")->value);
      return;
    }
    Table backend{"[[backend]]"};
    const std::size_t count = blueprint_.backends.size();
    backend.set("name", text(count == 0 ? "pop3" : fmt::format("pop3-{}", count + 1)), {});
    backend.set("address", list(addresses), from(first->at, "connect"));
    if (addresses.size() > 1 && lower_case(service.value("failover")) != "prio") {
      backend.set("balance", text("round-robin"), "stunnel's way with several");
    }
    if (const Directive* const local = service.find("local")) {
      backend.set("source_address", list({std::string(local->value())}), from(local->at, "local"));
    }
    if (lower_case(service.value("protocol")) == "proxy") {
      backend.set("client_address", text("proxy-v1"),
                  from(service.find("protocol")->at, "protocol"));
    }
    if (service.is_client()) secure(backend, service);
    ways_.emplace_back(listener, backend.find("name")->value);
    blueprint_.backends.push_back(std::move(backend));
  }

  // Each door goes to its own server, where there are several.
  void routes() {
    if (blueprint_.backends.size() < 2) return;
    for (const auto& [listener, backend] : ways_) {
      Table& route = blueprint_.routes.emplace_back(Table{"[[route]]"});
      route.set("listeners", "[" + listener + "]", {});
      route.set("backend", backend, {});
    }
  }

  void secure(Table& backend, const Service& service) {
    const bool stls = lower_case(service.value("protocol")) == "pop3";
    backend.set("tls", text(stls ? "stls" : "implicit"), from(service.block->at, "client = yes"));
    const Directive* const verify = service.find("verify");
    const Directive* const chain = service.find("verifychain");
    const Directive* const peer = service.find("verifypeer");
    const Directive* const host = service.find("checkhost");
    const auto on = [](const Directive* one) { return one != nullptr && is_yes(one->value()); };
    const bool level = verify != nullptr && number_from(verify->value()).value_or(0) >= 2;
    if (host != nullptr)
      backend.set("server_name", text(host->value()), from(host->at, "checkHost"));
    // Who asks for one of these wants the chain at least; with a name, all of it.
    const Directive* const asked =
        on(chain) ? chain : (on(peer) ? peer : (level ? verify : nullptr));
    if (asked != nullptr) {
      if (host == nullptr) backend.set("verify", text("ca"), from(asked->at, asked->name));
    } else if (verify != nullptr) {
      backend.set("verify", text("none"), from(verify->at, "verify"));
      blueprint_.look_at(verify->at, shown(*verify),
                         "taken over because it is asked for: whoever stands between reads all "
                         "passwords; `postern doctor` tells the pin to write instead");
    } else {
      blueprint_.look_at(service.block->at, "[" + service.block->name + "]",
                         "stunnel did not look at the server's certificate; postern does, and asks "
                         "for its chain and name: see backend.verify");
    }
    if (const Directive* const file = service.find("cafile")) {
      backend.set("ca_file", text(file->value()), from(file->at, "CAfile"));
    }
    if (const Directive* const cert = service.find("cert")) {
      const std::string_view key = service.value("key");
      backend.set("cert_file", text(cert->value()), from(cert->at, "cert"));
      backend.set("key_file", text(key.empty() ? cert->value() : key), {});
    }
  }

  void leave_out(const Directive& one) {
    constexpr std::string_view kTaken[] = {
        "accept",      "connect",        "cert",     "key",           "cafile",
        "client",      "protocol",       "verify",   "verifychain",   "verifypeer",
        "checkhost",   "sslversion",     "options",  "sslversionmin", "sslversionmax",
        "timeoutidle", "timeoutconnect", "failover", "local"};
    if (std::ranges::find(kTaken, one.name) != std::end(kTaken)) return;
    if (one.name == "include" && one.values.size() == 2) {
      return blueprint_.left_out(one.at, "include " + one.values[0], one.values[1]);
    }
    const auto known = std::ranges::find(kGrounds, one.name, &Ground::name);
    blueprint_.left_out(
        one.at, shown(one),
        known == kGrounds.end() ? "postern has no such setting" : std::string(known->why));
  }

  Blueprint blueprint_;
  std::vector<const Directive*> global_;
  std::vector<Service> services_;
  std::vector<std::pair<std::string, std::string>> ways_;  // of listeners to backends
  Table* listener_ = nullptr;                              // the one made last
};

}  // namespace

std::expected<Blueprint, Refusal> blueprint_of_stunnel(std::string_view text,
                                                       const std::string& file, Files& files) {
  const auto all = read_stunnel(text, file, files);
  if (!all) return std::unexpected(all.error());
  return Stunnel().take(*all, file);
}

}  // namespace postern::migrate
