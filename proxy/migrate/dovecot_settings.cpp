// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/dovecot_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "conf/units.hpp"
#include "proxy/migrate/dovecot_passdb.hpp"
#include "proxy/migrate/dovecot_reasons.hpp"
#include "proxy/migrate/dovecot_text.hpp"
#include "proxy/migrate/spelling.hpp"

namespace postern::migrate {
namespace {

struct Mechanism {
  std::string_view theirs;
  std::string_view ours;
};

constexpr std::array kMechanisms = {
    Mechanism{"plain", "PLAIN"},
    Mechanism{"login", "LOGIN"},
    Mechanism{"apop", "APOP"},
    Mechanism{"cram-md5", "CRAM-MD5"},
    Mechanism{"ntlm", "NTLM"},
    Mechanism{"gssapi", "GSSAPI"},
    Mechanism{"scram-sha-1", "SCRAM-SHA-1"},
    Mechanism{"scram-sha-256", "SCRAM-SHA-256"},
    Mechanism{"xoauth2", "XOAUTH2"},
    Mechanism{"oauthbearer", "OAUTHBEARER"},
};

// "<file" is a file.
std::string path_of(std::string_view value) {
  if (value.starts_with('<')) value.remove_prefix(1);
  return std::string(trimmed(value));
}

class Server {
 public:
  explicit Server(std::string file) : file_(std::move(file)) {
    blueprint_.source = "Dovecot's settings";
  }

  void take(const Directives& all) {
    for (const Directive& one : all) one.is_block ? block(one) : setting(one);
  }

  // When all is known.
  std::expected<Blueprint, Refusal> finished() {
    if (protocols_ && !speaks_pop3()) {
      return std::unexpected(
          Refusal{Refusal::Kind::kNoSuchFile, protocols_->at, "POP3 is not among its protocols"});
    }
    if (settings_ == 0) {
      return std::unexpected(
          Refusal{Refusal::Kind::kNoSuchFile, {file_}, "there is no setting of Dovecot in it"});
    }
    doors();
    login();
    for (std::size_t i = 0; i < certs_.size(); ++i) {
      const std::string cert = path_of(certs_[i]->value());
      const std::string key = i < keys_.size() ? path_of(keys_[i]->value()) : "";
      if (!key.empty()) {
        blueprint_.add_certificate(cert, key, from(certs_[i]->at, certs_[i]->name));
      } else if (i < keys_.size()) {
        blueprint_.add_certificate(cert, cert, from(certs_[i]->at, certs_[i]->name));
        blueprint_.look_at(keys_[i]->at, keys_[i]->name,
                           "doveconf hides its value, unless it is asked with -P: write key_file");
      } else {
        blueprint_.left_out(certs_[i]->at, shown(*certs_[i]), "its key is not named");
      }
    }
    return std::move(blueprint_);
  }

 private:
  void block(const Directive& one) {
    ++settings_;
    const std::string_view name = one.value();
    if (one.name == "passdb") {
      take_passdb(blueprint_, one);
    } else if (one.name == "protocols" || one.name == "auth_mechanisms") {
      setting(own_.emplace_back(flat(one)));
    } else if (one.name == "ssl_server") {
      for (const Directive& inside : one.inside) {
        own_.push_back(inside);
        own_.back().name = "ssl_server_" + inside.name;
        setting(own_.back());
      }
    } else if (one.name == "service" && name == "pop3-login") {
      service(one);
    } else if (one.name == "protocol" && name == "pop3") {
      take(one.inside);
    } else if (one.name == "local_name") {
      for (const std::string& host : one.values) {
        for (const std::string& each : split(host, " ,")) {
          blueprint_.add_name(each, from(one.at, "local_name"));
        }
      }
      for (const Directive& inside : one.inside) setting(inside);
    } else if (one.name == "local" || one.name == "remote") {
      blueprint_.left_out(one.at, one.name + " " + std::string(name),
                          "settings for one address are a listener of its own, or a "
                          "[[policy.exception]]");
    } else {
      blueprint_.left_out(one.at, shown(one), std::string(reason_without(one.name)));
    }
  }

  // "protocols { pop3 = yes }" as "protocols = pop3".
  static Directive flat(const Directive& block) {
    std::string words;
    for (const Directive& one : block.inside) {
      if (is_yes(one.value())) words += one.name + ' ';
    }
    return {.at = block.at, .name = block.name, .values = {words}};
  }

  void service(const Directive& service) {
    for (const Directive& one : service.inside) {
      if (one.is_block && one.name == "inet_listener") {
        listeners_.push_back(&one);
      } else if (!one.is_block) {
        blueprint_.left_out(one.at, "service pop3-login " + shown(one),
                            "processes are not configured; see server.workers and "
                            "limits.max_connections");
      }
    }
  }

  bool speaks_pop3() const {
    std::vector<std::string> words;
    for (const std::string& value : protocols_->values) {
      for (std::string& one : split(value, " \t")) words.push_back(std::move(one));
    }
    return std::ranges::any_of(
        words, [](const std::string& one) { return one == "pop3" || one.starts_with('$'); });
  }

  std::vector<std::string> hosts_of(const Directive& block) const {
    std::string_view hosts = listen_ != nullptr ? listen_->value() : std::string_view("*, ::");
    for (const Directive& one : block.inside) {
      if ((one.name == "address" || one.name == "listen") && !one.value().empty()) {
        hosts = one.value();
      }
    }
    return split(hosts, ", \t");
  }

  static std::string_view inside(const Directive& block, std::string_view name) {
    for (const Directive& one : block.inside) {
      if (one.name == name || one.name == "inet_listener_" + std::string(name)) return one.value();
    }
    return {};
  }

  void door(const Directive& block) {
    const std::string_view name = block.value();
    const bool usual_ssl = name == "pop3s";
    const std::string_view ssl = inside(block, "ssl");
    const bool implicit = ssl.empty() ? usual_ssl : is_yes(ssl);
    const std::string_view written = inside(block, "port");
    if (written == "0") return;  // switched off there
    const auto port =
        written.empty() ? std::optional<std::uint16_t>(usual_ssl ? 995 : 110) : port_from(written);
    if (!port) return blueprint_.left_out(block.at, shown(block), "no port");
    std::vector<std::string> addresses;
    for (const std::string& host : hosts_of(block)) {
      const std::string bare = host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
      const auto address = door_address(blueprint_, {bare, *port}, block);
      if (address) addresses.push_back(*address);
    }
    if (addresses.empty()) return;
    Table& listener = blueprint_.add_listener(
        name.empty() ? "pop3" : name, addresses, implicit ? "implicit" : "stls",
        block.at.line == 0 ? "Dovecot's default" : from(block.at, "inet_listener"));
    if (greeting_ != nullptr) {
      listener.set("greeting", text(greeting_->value()), from(greeting_->at, greeting_->name));
    }
    if (is_yes(inside(block, "haproxy"))) balancer(listener, block);
  }

  void balancer(Table& listener, const Directive& block) {
    listener.set("proxy_protocol", "true", from(block.at, "haproxy = yes"));
    if (trusted_ != nullptr && !trusted_->value().empty()) {
      listener.set("proxy_trusted", list(split(trusted_->value(), ", \t")),
                   from(trusted_->at, trusted_->name));
      return;
    }
    listener.set("proxy_trusted", list({"127.0.0.1"}), {});
    blueprint_.look_at(block.at, "haproxy = yes",
                       "no haproxy_trusted_networks says where the balancers are; write their "
                       "networks as proxy_trusted");
  }

  void doors() {
    const auto has = [&](std::string_view name) {
      return std::ranges::any_of(listeners_, [&](auto* one) { return one->value() == name; });
    };
    const bool no_tls = ssl_ != nullptr && is_no(ssl_->value());
    for (const std::string_view usual : {"pop3s", "pop3"}) {
      Directive block{.at = {file_}, .name = "inet_listener", .values = {std::string(usual)}};
      if (!has(usual) && !(no_tls && usual == "pop3s")) door(block);
    }
    for (const Directive* const one : listeners_) door(*one);
    if (no_tls) {
      blueprint_.look_at(
          ssl_->at, shown(*ssl_),
          "there was no TLS; postern offers STLS, and `postern report plaintext` tells "
          "who sends a password without it");
    }
  }

  void login() {
    const bool required = ssl_ != nullptr && lower_case(ssl_->value()) == "required";
    if (required) {
      blueprint_.policy.set("login", text("tls-required"), from(ssl_->at, "ssl = required"));
    } else if (cleartext_ != nullptr) {
      blueprint_.policy.set("login", text("plaintext-allowed"),
                            from(cleartext_->at, cleartext_->name));
      blueprint_.look_at(
          cleartext_->at, shown(*cleartext_),
          "taken over because it is asked for: passwords cross without TLS; "
          "`postern report plaintext` tells whose, and [[policy.exception]] is narrower");
    }
  }

  void mechanisms(const Directive& one) {
    std::vector<std::string> names{"USER"};
    for (const std::string& word : split(lower_case(one.value()), " \t,")) {
      const auto known = std::ranges::find(kMechanisms, word, &Mechanism::theirs);
      if (known != kMechanisms.end()) {
        names.emplace_back(known->ours);
      } else {
        blueprint_.left_out(one.at, one.name + " " + word, "postern does not pass it on");
      }
    }
    blueprint_.policy.set("mechanisms", list(names), from(one.at, one.name));
  }

  void span(const Directive& one, Table& table, std::string_view key) {
    const auto time = span_from(one.value());
    if (!time) return blueprint_.left_out(one.at, shown(one), "no span of time");
    table.set(key, text(conf::duration_text(*time)), from(one.at, one.name));
  }

  void floor(const Directive& one) {
    const auto version = tls_version(one.value());
    if (!version) return blueprint_.left_out(one.at, shown(one), "no version of TLS");
    set_floor(blueprint_, blueprint_.tls, *version, one);
  }

  // "!SSLv3 !TLSv1" of 2.2: what is not excluded is not asked for either.
  void old_protocols(const Directive& one) {
    for (const std::string& word : split(one.value(), " \t")) {
      if (word.starts_with('!') && tls_version(word) == "1.2") {
        set_floor(blueprint_, blueprint_.tls, "1.3", one);
      }
    }
  }

  bool setting_of_tls(const Directive& one) {
    if (one.name == "ssl_cert" || one.name == "ssl_server_cert_file" ||
        one.name == "ssl_alt_cert" || one.name == "ssl_server_alt_cert_file") {
      certs_.push_back(&one);
    } else if (one.name == "ssl_key" || one.name == "ssl_server_key_file" ||
               one.name == "ssl_alt_key" || one.name == "ssl_server_alt_key_file") {
      keys_.push_back(&one);
    } else if (one.name == "ssl_min_protocol") {
      floor(one);
    } else if (one.name == "ssl_protocols") {
      old_protocols(one);
    } else if (one.name == "ssl") {
      ssl_ = &one;
    } else {
      return false;
    }
    return true;
  }

  void setting(const Directive& one) {
    ++settings_;
    if (one.is_block) return block(one);
    if (setting_of_tls(one)) return;
    if (one.name == "protocols") {
      protocols_ = one;
    } else if (one.name == "listen") {
      listen_ = &one;
    } else if (one.name == "login_greeting") {
      greeting_ = &one;
    } else if (one.name == "haproxy_trusted_networks") {
      trusted_ = &one;
    } else if (one.name == "disable_plaintext_auth") {
      cleartext_ = is_no(one.value()) ? &one : nullptr;
    } else if (one.name == "auth_allow_cleartext") {
      cleartext_ = is_yes(one.value()) ? &one : nullptr;
    } else if (one.name == "auth_mechanisms") {
      mechanisms(one);
    } else if (one.name == "auth_failure_delay") {
      span(one, blueprint_.auth_failures, "delay");
    } else if (one.name == "haproxy_timeout") {
      span(one, blueprint_.timeouts, "handshake");
    } else if (one.name == "mail_max_userip_connections" && number_from(one.value())) {
      blueprint_.limits.set("max_connections_per_user", number(*number_from(one.value())),
                            from(one.at, one.name + ", there by address"));
    } else if (one.name == "ssl_client_ca_file") {
      authorities_of_backends(one);
    } else {
      leave_out(one);
    }
  }

  void authorities_of_backends(const Directive& one) {
    blueprint_.left_out(one.at, shown(one),
                        fmt::format("write ca_file = {} into each [[backend]] with TLS",
                                    text(path_of(one.value()))));
  }

  void leave_out(const Directive& one) {
    if (one.name == "dovecot_config_version" || one.name == "dovecot_storage_version") return;
    if (one.name == "include" && one.values.size() == 2) {
      return blueprint_.left_out(one.at, "include " + one.values[0], one.values[1]);
    }
    blueprint_.left_out(one.at, shown(one), std::string(reason_without(one.name)));
  }

  std::string file_;
  Blueprint blueprint_;
  std::size_t settings_ = 0;
  std::deque<Directive> own_;  // those that are written in another way
  std::optional<Directive> protocols_;
  const Directive* listen_ = nullptr;
  const Directive* greeting_ = nullptr;
  const Directive* trusted_ = nullptr;
  const Directive* cleartext_ = nullptr;
  const Directive* ssl_ = nullptr;
  std::vector<const Directive*> listeners_;
  std::vector<const Directive*> certs_;
  std::vector<const Directive*> keys_;
};

}  // namespace

std::expected<Blueprint, Refusal> blueprint_of_dovecot(std::string_view text,
                                                       const std::string& file, Files& files) {
  const auto all = read_dovecot(text, file, files);
  if (!all) return std::unexpected(all.error());
  Server server(file);
  server.take(*all);
  return server.finished();
}

}  // namespace postern::migrate
