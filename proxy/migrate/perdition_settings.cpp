// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/perdition_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "conf/units.hpp"
#include "proxy/migrate/directive.hpp"
#include "proxy/migrate/perdition_users.hpp"
#include "proxy/migrate/spelling.hpp"

namespace postern::migrate {
namespace {

struct Option {
  char letter;  // or a blank
  std::string_view name;
  std::string_view why;  // it has no counterpart; empty: it is taken over
};

constexpr std::array kOptions = {
    Option{'A', "add_domain", "see user_format of a [[route]]"},
    Option{'a', "authenticate_in", "the POP3 server behind postern judges logins"},
    Option{' ', "authenticate_timeout", ""},
    Option{' ', "authentication_timeout", ""},
    Option{'B', "no_bind_banner", "the greeting never names a host"},
    Option{'b', "bind_address", ""},
    Option{'C', "connection_logging", "see `postern trace`"},
    Option{' ', "connect_relog", "a session has one line, at its end"},
    Option{'c', "client_server_specification", "a client never chooses where it is taken"},
    Option{'D', "domain_delimiter", "domains are CORP\\ann, CORP/ann and ann@example.com"},
    Option{'d', "debug", "see log.level"},
    Option{'e', "explicit_domain", "see user_format of a [[route]]"},
    Option{'F', "log_facility", "the facility is mail; see log.target"},
    Option{'g', "group", "the service manager starts postern as a user of its own"},
    Option{'i', "inetd_mode", "postern listens itself"},
    Option{'L', "connection_limit", ""},
    Option{'l', "listen_port", ""},
    Option{' ', "login_disabled", "to let nobody in is `postern stop`"},
    Option{' ', "log_passwd", "passwords are never logged"},
    Option{' ', "lower_case", ""},
    Option{'M', "map_library", ""},
    Option{'m', "map_library_opt", ""},
    Option{' ', "no_daemon", "`postern run` stays in the foreground"},
    Option{'n', "no_lookup", "addresses are not looked up"},
    Option{'O', "ok_line", "replies to a login are fixed"},
    Option{' ', "server_ok_line", "replies to a login are fixed"},
    Option{'o', "server_resp_line", "replies to a login are fixed"},
    Option{'P', "protocol", ""},
    Option{'p', "outgoing_port", ""},
    Option{'s', "outgoing_server", ""},
    Option{' ', "pid_file", "the service manager knows the process"},
    Option{' ', "pop_capability", "the list is learned from the server; see policy.capabilities"},
    Option{'S', "strip_domain", ""},
    Option{'t', "timeout", ""},
    Option{' ', "tcp_keepalive", "that is always on"},
    Option{'u', "username", "the service manager starts postern as a user of its own"},
    Option{'U', "username_from_database", "the third column of a map_file is the name there"},
    Option{'q', "quiet", "see log.level"},
    Option{' ', "query_key", "users are looked up as they are typed"},
    Option{' ', "ssl_mode", ""},
    Option{' ', "ssl_ca_chain_file", "cert_file has the whole chain: append these to it"},
    Option{' ', "ssl_ca_file", ""},
    Option{' ', "ssl_ca_path", "a directory is none; without ca_file the system's store counts"},
    Option{' ', "ssl_ca_accept_self_signed", "write the certificate itself as backend.ca_file"},
    Option{' ', "ssl_cert_file", ""},
    Option{' ', "ssl_dh_params_file", "no cipher needs finite-field Diffie-Hellman"},
    Option{' ', "ssl_cert_accept_self_signed", "write the certificate itself as backend.ca_file"},
    Option{' ', "ssl_cert_accept_expired", "an expired certificate is none; see pin_sha256"},
    Option{' ', "ssl_cert_accept_not_yet_valid", "such a certificate is none; see pin_sha256"},
    Option{' ', "ssl_cert_verify_depth", "chains have a bound of their own"},
    Option{' ', "ssl_key_file", ""},
    Option{' ', "ssl_listen_ciphers", "ciphers are chosen as a whole, by tls.profile"},
    Option{' ', "ssl_outgoing_ciphers", "ciphers follow backend.min_version"},
    Option{' ', "ssl_no_cert_verify", ""},
    Option{' ', "ssl_no_cn_verify", ""},
    Option{' ', "ssl_no_client_cert_verify", "clients are not asked for a certificate"},
    Option{' ', "ssl_passphrase_fd",
           "keys must be without a passphrase: openssl pkey -in KEY -out NEW"},
    Option{' ', "ssl_passphrase_file",
           "keys must be without a passphrase: openssl pkey -in KEY -out NEW"},
    Option{' ', "ssl_listen_min_proto_version", ""},
    Option{' ', "ssl_outgoing_min_proto_version", ""},
    Option{' ', "ssl_listen_max_proto_version", ""},
    Option{' ', "ssl_outgoing_max_proto_version", "the newest that both have is agreed"},
    Option{' ', "ssl_listen_compression", "TLS is never compressed"},
    Option{' ', "ssl_outgoing_compression", "TLS is never compressed"},
    Option{' ', "ssl_no_cipher_server_preference", "tls.profile has an order of its own"},
};

// Words of a line: blanks end the first, quotes and backslashes as in a shell, # begins a comment.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  char quote = '\0';
  bool begun = false;
  const auto end = [&] {
    if (begun) words.push_back(std::exchange(word, {}));
    begun = false;
  };
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char one = line[at];
    if (one == '\\' && quote != '\'' && at + 1 < line.size()) {
      word += line[++at];
      begun = true;
    } else if (quote != '\0') {
      if (one == quote) quote = '\0';
      if (one != quote && quote != '\0') word += one;
    } else if (one == '"' || one == '\'') {
      quote = one;
      begun = true;
    } else if (one == '#') {
      break;
    } else if (one == ' ' || one == '\t') {
      end();
    } else {
      word += one;
      begun = true;
    }
  }
  end();
  return words;
}

class Perdition {
 public:
  explicit Perdition(const std::string& file) : file_(file) {
    blueprint_.source = "Perdition's settings";
  }

  std::optional<Refusal> read(std::string_view text) {
    std::uint32_t number = 0;
    std::string joined;
    for (const std::string_view raw : lines_of(text)) {
      ++number;
      if (raw.ends_with('\\')) {
        joined += raw.substr(0, raw.size() - 1);
        continue;
      }
      const auto words = words_of(std::exchange(joined, {}) + std::string(raw));
      if (words.empty()) continue;
      const Option* const option = option_of(words.front());
      if (option == nullptr) {
        ++unknown_;
        blueprint_.left_out({file_, number}, words.front(), "Perdition has no such option");
        continue;
      }
      Directive one{.at = {file_, number}, .name = std::string(option->name), .values = {}};
      if (words.size() > 1) {
        std::string value = words[1];
        for (std::size_t i = 2; i < words.size(); ++i) value += ' ' + words[i];
        one.values.push_back(std::move(value));
      }
      if (!option->why.empty()) blueprint_.left_out(one.at, shown(one), std::string(option->why));
      settings_.push_back(std::move(one));
      if (settings_.size() > kMostDirectives) break;
    }
    if (!settings_.empty() && unknown_ <= settings_.size()) return std::nullopt;
    return Refusal{Refusal::Kind::kNoSuchFile, {file_}, "there are no options of Perdition in it"};
  }

  std::expected<Blueprint, Refusal> made(std::string_view users, const std::string& users_file) {
    const std::string protocol = lower_case(value("protocol"));
    if (!protocol.empty() && protocol != "pop3" && protocol != "pop3s") {
      return std::unexpected(Refusal{Refusal::Kind::kNoSuchFile, find("protocol")->at,
                                     "this Perdition does not speak POP3"});
    }
    implicit_ = protocol == "pop3s";
    modes();
    door();
    servers(users, users_file);
    limits();
    return std::move(blueprint_);
  }

 private:
  static const Option* option_of(std::string_view word) {
    while (word.starts_with('-')) word.remove_prefix(1);
    const auto found = std::ranges::find_if(kOptions, [&](const Option& one) {
      return one.name == word || (word.size() == 1 && one.letter == word[0] && word[0] != ' ');
    });
    return found == kOptions.end() ? nullptr : &*found;
  }

  // The last one counts.
  const Directive* find(std::string_view name) const {
    const Directive* found = nullptr;
    for (const Directive& one : settings_) {
      if (one.name == name) found = &one;
    }
    return found;
  }
  std::string_view value(std::string_view name) const {
    const Directive* const one = find(name);
    return one == nullptr ? std::string_view() : one->value();
  }

  void modes() {
    const Directive* const one = find("ssl_mode");
    if (one == nullptr) return;
    for (const std::string& mode : split(lower_case(one->value()), ", ")) {
      if (mode == "ssl_listen" || mode == "ssl_all") implicit_ = true;
      if (mode == "tls_listen_force" || mode == "tls_all_force") forced_ = true;
      if (mode == "ssl_outgoing" || mode == "ssl_all") outgoing_ = "implicit";
      if (mode.starts_with("tls_outgoing") || mode.starts_with("tls_all")) outgoing_ = "stls";
    }
  }

  void door() {
    const Directive* const listen = find("listen_port");
    const auto port = listen == nullptr ? std::optional<std::uint16_t>(implicit_ ? 995 : 110)
                                        : port_from(listen->value());
    if (!port) blueprint_.left_out(listen->at, shown(*listen), "no port");
    std::vector<std::string> addresses;
    const Directive* const bind = find("bind_address");
    for (const std::string& one : split(bind == nullptr ? "" : bind->value(), ", ")) {
      const auto spot = spot_from(one, port.value_or(110));
      const auto address = spot ? door_address(blueprint_, *spot, *bind) : std::nullopt;
      if (address) addresses.push_back(*address);
    }
    if (addresses.empty()) addresses = {address_text("*", port.value_or(110))};
    const Directive* const by = bind != nullptr ? bind : listen;
    Table& listener = blueprint_.add_listener(
        implicit_ ? "pop3s" : "pop3", addresses, implicit_ ? "implicit" : "stls",
        by == nullptr ? "Perdition's default" : from(by->at, by->name));
    if (!implicit_ && !forced_) {
      const Directive* const mode = find("ssl_mode");
      blueprint_.look_at(mode == nullptr ? Origin{file_} : mode->at,
                         mode == nullptr ? "no ssl_mode" : shown(*mode),
                         "Perdition took passwords without TLS here, postern refuses them; "
                         "policy.mode = \"report-only\" tells first who still sends them");
    }
    certificate();
    versions(listener);
  }

  void certificate() {
    const Directive* const cert = find("ssl_cert_file");
    const Directive* const key = find("ssl_key_file");
    if (cert == nullptr) return;
    blueprint_.add_certificate(cert->value(),
                               key == nullptr ? "/etc/perdition/perdition.key.pem" : key->value(),
                               from(cert->at, cert->name));
  }

  void versions(Table& listener) {
    const Directive* const oldest = find("ssl_listen_min_proto_version");
    if (oldest != nullptr) {
      if (const auto version = tls_version(oldest->value())) {
        set_floor(blueprint_, listener, *version, *oldest);
      } else {
        blueprint_.left_out(oldest->at, shown(*oldest), "no version of TLS");
      }
    }
    const Directive* const newest = find("ssl_listen_max_proto_version");
    const auto version = newest == nullptr ? std::nullopt : tls_version(newest->value());
    if (version) leave_ceiling(blueprint_, *version, *newest);
  }

  void secure(Table& backend) {
    if (outgoing_.empty()) return;
    const Directive& mode = *find("ssl_mode");
    backend.set("tls", text(outgoing_), from(mode.at, mode.name));
    if (const Directive* const one = find("ssl_no_cert_verify")) {
      backend.set("verify", text("none"), from(one->at, one->name));
      blueprint_.look_at(one->at, shown(*one),
                         "taken over because it is asked for: whoever stands between reads all "
                         "passwords; `postern doctor` tells the pin to write instead");
    } else if (const Directive* const chain = find("ssl_no_cn_verify")) {
      backend.set("verify", text("ca"), from(chain->at, chain->name));
    }
    const Directive* const file = find("ssl_ca_file");
    if (file != nullptr && find("ssl_no_cert_verify") == nullptr) {
      backend.set("ca_file", text(file->value()), from(file->at, file->name));
    }
    const Directive* const oldest = find("ssl_outgoing_min_proto_version");
    const auto version = oldest == nullptr ? std::nullopt : tls_version(oldest->value());
    if (version) {
      backend.set("min_version", text(*version == "ssl" ? "1.0" : *version),
                  from(oldest->at, oldest->name));
    }
  }

  void servers(std::string_view users, const std::string& users_file) {
    const auto port =
        port_from(value("outgoing_port")).value_or(outgoing_ == "implicit" ? 995 : 110);
    Table model{"[[backend]]"};
    model.set("name", {}, {});
    model.set("address", {}, {});
    secure(model);
    if (!users.empty()) take_popmap(blueprint_, users, users_file, model, port);
    const Directive* const map = find("map_library");
    const Directive* const option = find("map_library_opt");
    for (const Directive* const one : {map, option}) {
      if (one == nullptr || one->value().empty() || !users.empty()) continue;
      blueprint_.left_out(one->at, shown(*one),
                          "a library looks users up; name the text that it was made of with "
                          "--popmap FILE");
    }
    const Directive* const server = find("outgoing_server");
    if (server == nullptr) return;
    std::vector<std::string> addresses;
    for (const std::string& one : split(server->value(), ", ")) {
      const auto spot = spot_from(one, port);
      if (spot) addresses.push_back(address_text(spot->host, spot->port));
    }
    if (addresses.empty()) return blueprint_.left_out(server->at, shown(*server), "no server");
    Table backend = model;
    backend.set("name", text("pop3"), {});
    backend.set("address", list(addresses), from(server->at, server->name));
    if (addresses.size() > 1)
      backend.set("balance", text("round-robin"), "Perdition's way with several");
    blueprint_.backends.push_back(std::move(backend));
    if (blueprint_.routes.empty()) return names();
    add_last_route(blueprint_, text("pop3"));
  }

  // How users are called by the only server.
  void names() {
    const Directive* const strip = find("strip_domain");
    const Directive* const lower = find("lower_case");
    if (strip == nullptr && lower == nullptr) return;
    const std::string_view format = strip == nullptr ? "%lu" : lower == nullptr ? "%n" : "%ln";
    const Directive& by = strip == nullptr ? *lower : *strip;
    Table& route = blueprint_.routes.emplace_back(Table{"[[route]]"});
    route.set("backend", text("pop3"), {});
    route.set("user_format", text(format), from(by.at, by.name));
  }

  void span(std::string_view name, std::string_view key) {
    const Directive* const one = find(name);
    if (one == nullptr) return;
    const auto time = span_from(one->value());
    if (!time || time->count() == 0) {
      return blueprint_.left_out(one->at, shown(*one), "no end; postern's default counts");
    }
    blueprint_.timeouts.set(key, text(conf::duration_text(*time)), from(one->at, one->name));
  }

  void limits() {
    span("timeout", "idle");
    span("authentication_timeout", "login");
    span("authenticate_timeout", "login");
    const Directive* const most = find("connection_limit");
    const auto count = most == nullptr ? std::nullopt : number_from(most->value());
    if (count && *count > 0) {
      blueprint_.limits.set("max_connections", number(*count), from(most->at, most->name));
    }
  }

  const std::string& file_;
  Blueprint blueprint_;
  std::vector<Directive> settings_;
  std::size_t unknown_ = 0;
  bool implicit_ = false;
  bool forced_ = false;
  std::string outgoing_;  // how a server is spoken to; empty: in clear
};

}  // namespace

std::expected<Blueprint, Refusal> blueprint_of_perdition(std::string_view text,
                                                         const std::string& file,
                                                         std::string_view users,
                                                         const std::string& users_file) {
  Perdition perdition(file);
  if (auto refused = perdition.read(text)) return std::unexpected(*std::move(refused));
  return perdition.made(users, users_file);
}

}  // namespace postern::migrate
