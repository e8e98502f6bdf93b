// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/nginx_mail.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "conf/units.hpp"
#include "proxy/migrate/nginx_text.hpp"
#include "proxy/migrate/spelling.hpp"

namespace postern::migrate {
namespace {

struct Reason {
  std::string_view name;
  std::string_view why;
};

constexpr std::array kReasons = {
    Reason{"auth_http",
           "postern asks the POP3 server itself who may log in; write its address as "
           "[[backend]] address, and users of several as [[route]]"},
    Reason{"auth_http_header", "there is no HTTP service to ask"},
    Reason{"auth_http_timeout", "there is no HTTP service to ask; see timeouts.backend_login"},
    Reason{"auth_http_pass_client_cert", "there is no HTTP service to ask"},
    Reason{"ssl_ciphers", "ciphers are chosen as a whole, by tls.profile"},
    Reason{"ssl_prefer_server_ciphers", "tls.profile has an order of its own"},
    Reason{"ssl_ecdh_curve", "tls.profile has its groups"},
    Reason{"ssl_dhparam", "no cipher of a tls.profile needs finite-field Diffie-Hellman"},
    Reason{"ssl_conf_command", "that is OpenSSL's own"},
    Reason{"ssl_crl", "certificates of clients are not looked up in lists of revoked ones"},
    Reason{"ssl_trusted_certificate", "authorities of clients are in tls.client_ca_file alone"},
    Reason{"ssl_verify_depth", "a client's chain may have five certificates"},
    Reason{"ssl_session_cache", "sessions are resumed by tickets"},
    Reason{"ssl_session_timeout", "keys of tickets change every twelve hours"},
    Reason{"ssl_session_ticket_key",
           "tls.ticket_key_file wants three keys of 48 bytes in one file"},
    Reason{"ssl_password_file", "keys must be without a passphrase: openssl pkey -in KEY -out NEW"},
    Reason{"pop3_capabilities", "the list is learned from the server; see policy.capabilities"},
    Reason{"proxy_pass_error_message",
           "a refused login is told in words of postern's, with the "
           "server's response code"},
    Reason{"proxy_buffer", "buffers are not configured"},
    Reason{"proxy_smtp_auth", "that is for SMTP"},
    Reason{"xclient", "that is for SMTP; for POP3 see backend.client_address"},
    Reason{"error_log", "there is one log, see [log]"},
    Reason{"resolver", "name servers are those of /etc/resolv.conf"},
    Reason{"resolver_timeout", "name servers are those of /etc/resolv.conf"},
};

class Mail {
 public:
  explicit Mail(std::string directory) : directory_(std::move(directory)) {
    blueprint_.source = "nginx's mail module";
  }

  void common(const Directives& directives) {
    for (const Directive& one : directives) {
      if (one.name == "server" && one.is_block) continue;
      (is_inherited(one.name) ? inherited_.push_back(&one) : setting(one, nullptr));
    }
    for (const Directive* const one : inherited_) {
      if (one->name == "ssl_protocols") protocols(*one, blueprint_.tls);
    }
  }

  void server(const Directive& block) {
    std::vector<const Directive*> listens;
    const Directive* protocol = nullptr;
    for (const Directive& one : block.inside) {
      if (one.name == "listen") listens.push_back(&one);
      if (one.name == "protocol") protocol = &one;
    }
    const std::string spoken = protocol_of(protocol, listens);
    if (spoken != "pop3") {
      blueprint_.left_out(block.at, fmt::format("server ({})", spoken),
                          "postern speaks POP3 alone; leave this one with nginx");
      return;
    }
    found_ = true;
    listen(listens, block);
    certificates(block);
    for (const Directive& one : block.inside) {
      if (!is_inherited(one.name) && one.name != "listen" && one.name != "protocol") {
        setting(one, &block);
      }
    }
  }

  bool found() const noexcept { return found_; }
  Blueprint take() { return std::move(blueprint_); }

 private:
  // What a server has of its own, or from around it.
  static bool is_inherited(std::string_view name) {
    return name == "starttls" || name == "ssl_certificate" || name == "ssl_certificate_key" ||
           name == "ssl_protocols" || name == "set_real_ip_from" || name == "ssl";
  }

  std::vector<const Directive*> all(std::string_view name, const Directive& block) const {
    std::vector<const Directive*> found;
    for (const Directive& one : block.inside) {
      if (one.name == name) found.push_back(&one);
    }
    if (!found.empty()) return found;
    for (const Directive* const one : inherited_) {
      if (one->name == name) found.push_back(one);
    }
    return found;
  }

  static std::string protocol_of(const Directive* named,
                                 const std::vector<const Directive*>& listens) {
    if (named != nullptr) return lower_case(named->value());
    for (const Directive* const one : listens) {
      const auto spot = spot_from(one->value());
      if (!spot) continue;
      if (spot->port == 110 || spot->port == 995) return "pop3";
      if (spot->port == 143 || spot->port == 993) return "imap";
      if (spot->port == 25 || spot->port == 465 || spot->port == 587) return "smtp";
    }
    return "of no known protocol";
  }

  // The doors of one kind that a server has.
  struct Doors {
    bool implicit = false;
    bool announced = false;
    const Directive* first = nullptr;
    std::vector<std::string> addresses = {};
  };

  void listen(const std::vector<const Directive*>& listens, const Directive& block) {
    std::vector<Doors> kinds;
    const auto ssl = all("ssl", block);
    for (const Directive* const one : listens) {
      const auto spot = spot_from(one->value());
      if (!spot) {
        blueprint_.left_out(one->at, shown(*one), "postern listens on addresses with ports");
        continue;
      }
      const auto address = door_address(blueprint_, *spot, *one);
      if (!address) continue;
      const bool implicit =
          is_among(one->values, "ssl") || (!ssl.empty() && is_yes(ssl.back()->value()));
      const bool announced = is_among(one->values, "proxy_protocol");
      auto kind = std::ranges::find_if(kinds, [&](const Doors& other) {
        return other.implicit == implicit && other.announced == announced;
      });
      if (kind == kinds.end()) kind = kinds.insert(kind, {implicit, announced, one});
      kind->addresses.push_back(*address);
    }
    for (const Doors& kind : kinds) door(kind, block);
  }

  void door(const Doors& kind, const Directive& block) {
    const Directive& one = *kind.first;
    Table& listener =
        blueprint_.add_listener(kind.implicit ? "pop3s" : "pop3", kind.addresses,
                                kind.implicit ? "implicit" : "stls", from(one.at, "listen"));
    if (!kind.implicit) clear_door(one, block);
    if (kind.announced) balancer(listener, one, block);
    for (const Directive& own : block.inside) {
      if (own.name == "ssl_protocols") protocols(own, listener);
    }
  }

  // Without TLS from the first byte: what of it nginx had.
  void clear_door(const Directive& one, const Directive& block) {
    const auto starttls = all("starttls", block);
    const std::string mode = starttls.empty() ? "" : lower_case(starttls.back()->value());
    if (mode == "only") return;
    const Directive& by = starttls.empty() ? one : *starttls.back();
    blueprint_.look_at(by.at, shown(by),
                       "nginx took passwords without TLS here, postern refuses them; "
                       "policy.mode = \"report-only\" tells first who still sends them");
  }

  void balancer(Table& listener, const Directive& one, const Directive& block) {
    std::vector<std::string> networks;
    for (const Directive* const by : all("set_real_ip_from", block)) {
      networks.emplace_back(by->value());
    }
    listener.set("proxy_protocol", "true", from(one.at, "listen ... proxy_protocol"));
    if (networks.empty()) {
      networks = {"127.0.0.1"};
      blueprint_.look_at(
          one.at, shown(one),
          "no set_real_ip_from says where the balancers are; write their networks as "
          "proxy_trusted, until then nobody but this machine is believed");
    }
    listener.set("proxy_trusted", list(networks), {});
  }

  void protocols(const Directive& by, Table& table) {
    std::optional<std::string> oldest;
    std::string newest;
    for (const std::string& word : by.values) {
      const auto version = tls_version(word);
      if (!version) {
        blueprint_.left_out(by.at, "ssl_protocols " + word, "no version of TLS");
        continue;
      }
      // "ssl" is older than all numbers, and sorts behind them.
      const bool older = !oldest || *version == "ssl" || (*oldest != "ssl" && *version < *oldest);
      if (older) oldest = version;
      if (*version != "ssl") newest = std::max(newest, *version);
    }
    if (!oldest) return;
    set_floor(blueprint_, table, *oldest, by);
    if (!newest.empty()) leave_ceiling(blueprint_, newest, by);
  }

  // nginx seeks them beside its first file.
  std::string path_of(const Directive& one) const {
    const std::string path(one.value());
    return directory_.starts_with('/') ? Files::beside(directory_, path) : path;
  }

  void certificates(const Directive& block) {
    const auto certs = all("ssl_certificate", block);
    const auto keys = all("ssl_certificate_key", block);
    for (std::size_t i = 0; i < certs.size(); ++i) {
      if (i >= keys.size()) {
        blueprint_.left_out(certs[i]->at, shown(*certs[i]), "it has no ssl_certificate_key");
      } else if (certs[i]->value().contains('$') || certs[i]->value().starts_with("data:")) {
        blueprint_.left_out(certs[i]->at, shown(*certs[i]), "it is no file; see tls.cert_dir");
      } else {
        blueprint_.add_certificate(path_of(*certs[i]), path_of(*keys[i]),
                                   from(certs[i]->at, "ssl_certificate"));
      }
    }
  }

  void span(const Directive& one, std::string_view key) {
    const auto time = span_from(one.value());
    if (!time) return blueprint_.left_out(one.at, shown(one), "no span of time");
    blueprint_.timeouts.set(key, text(conf::duration_text(*time)), from(one.at, one.name));
  }

  void mechanisms(const Directive& one) {
    std::vector<std::string> names;
    for (const std::string& word : one.values) {
      const std::string low = lower_case(word);
      if (low == "plain") names.insert(names.end(), {"USER", "PLAIN", "LOGIN"});
      if (low == "apop") names.emplace_back("APOP");
      if (low == "cram-md5") names.emplace_back("CRAM-MD5");
      if (low == "external") {
        blueprint_.left_out(
            one.at, "pop3_auth external",
            "EXTERNAL in policy.mechanisms needs tls.client_auth, and a server that "
            "takes it");
      }
    }
    if (!names.empty()) blueprint_.policy.set("mechanisms", list(names), from(one.at, one.name));
  }

  void client_certificates(const Directive& one, const Directive* block) {
    const std::string mode = lower_case(one.value());
    if (mode == "off") return;
    std::optional<std::string> authorities;
    const auto look = [&](const Directive& other) {
      if (other.name == "ssl_client_certificate") authorities = other.value();
    };
    for (const Directive* const other : around_) look(*other);
    if (block != nullptr) std::ranges::for_each(block->inside, look);
    if (!authorities || mode == "optional_no_ca") {
      return blueprint_.left_out(one.at, shown(one), "clients' certificates need authorities");
    }
    blueprint_.tls.set("client_auth", text(mode == "on" ? "require" : "request"),
                       from(one.at, one.name));
    blueprint_.tls.set("client_ca_file", text(*authorities), {});
  }

  void setting(const Directive& one, const Directive* block) {
    if (block == nullptr) around_.push_back(&one);
    Blueprint& to = blueprint_;
    if (one.name == "server_name") {
      for (const std::string& name : one.values) to.add_name(name, from(one.at, one.name));
    } else if (one.name == "timeout") {
      span(one, "login");
    } else if (one.name == "proxy_timeout") {
      span(one, "idle");
    } else if (one.name == "pop3_auth") {
      mechanisms(one);
    } else if (one.name == "max_errors" && number_from(one.value())) {
      to.limits.set("max_bad_commands", number(*number_from(one.value())), from(one.at, one.name));
    } else if (one.name == "ssl_session_tickets") {
      if (is_no(one.value())) to.tls.set("tickets", "false", from(one.at, one.name));
    } else if (one.name == "ssl_verify_client") {
      client_certificates(one, block);
    } else if (one.name == "proxy_protocol") {
      if (is_yes(one.value())) announced_ = &one;
    } else if (one.name == "ssl_client_certificate") {
      // With ssl_verify_client.
    } else {
      leave_out(one);
    }
  }

  void leave_out(const Directive& one) {
    if (one.name.starts_with("imap_") || one.name.starts_with("smtp_")) return;
    if (one.name == "include" && one.values.size() == 2) {
      return blueprint_.left_out(one.at, "include " + one.values[0], one.values[1]);
    }
    const auto reason = std::ranges::find(kReasons, one.name, &Reason::name);
    blueprint_.left_out(
        one.at, shown(one),
        reason == kReasons.end() ? "postern has no such setting" : std::string(reason->why));
  }

 public:
  // The PROXY header goes to whatever backend there will be.
  const Directive* announced() const noexcept { return announced_; }

 private:
  std::string directory_;
  Blueprint blueprint_;
  std::vector<const Directive*> inherited_;  // of the block `mail`
  std::vector<const Directive*> around_;     // the others of it
  const Directive* announced_ = nullptr;
  bool found_ = false;
};

Refusal no_mail(const std::string& file, std::string_view what) {
  return {Refusal::Kind::kNoSuchFile, {file}, fmt::format("there is no {} in it", what)};
}

}  // namespace

std::expected<Blueprint, Refusal> blueprint_of_nginx(std::string_view text, const std::string& file,
                                                     Files& files) {
  const auto all = read_nginx(text, file, Files::directory_of(file), files);
  if (!all) return std::unexpected(all.error());
  const auto is_mail = [](const Directive& one) { return one.name == "mail" && one.is_block; };
  const auto mail = std::ranges::find_if(*all, is_mail);
  // A file that is included into `mail` is taken as well.
  const bool fragment = std::ranges::any_of(
      *all, [](const Directive& one) { return one.is_block && one.name == "server"; });
  if (mail == all->end() && !fragment) return std::unexpected(no_mail(file, "block `mail { }`"));
  const Directives& directives = mail == all->end() ? *all : mail->inside;
  Mail reading(Files::directory_of(file));
  reading.common(directives);
  for (const Directive& one : directives) {
    if (one.name == "server" && one.is_block) reading.server(one);
  }
  if (!reading.found()) return std::unexpected(no_mail(file, "server for POP3"));
  const Directive* const announced = reading.announced();
  Blueprint blueprint = reading.take();
  if (announced != nullptr) {
    blueprint.left_out(announced->at, shown(*announced),
                       "write client_address = \"proxy-v1\" into the [[backend]], if your POP3 "
                       "server expects it");
  }
  return blueprint;
}

}  // namespace postern::migrate
