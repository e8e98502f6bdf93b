// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/dovecot_passdb.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conf/units.hpp"
#include "proxy/migrate/spelling.hpp"

namespace postern::migrate {
namespace {

struct Field {
  Origin at;
  std::string name;
  std::string value;
};

class Fields {
 public:
  explicit Fields(const Directive& passdb) {
    for (const Directive& one : passdb.inside) take(one);
    if (!passdb.values.empty()) driver_ = passdb.value();  // 2.4: passdb NAME { }
    for (const Directive& one : passdb.inside) {
      if (one.name == "driver" || one.name == "passdb_driver") driver_ = one.value();
    }
  }

  const std::vector<Field>& all() const noexcept { return fields_; }
  const std::string& driver() const noexcept { return driver_; }

  const Field* find(std::string_view name) const {
    const auto found = std::ranges::find(fields_, name, &Field::name);
    return found == fields_.end() ? nullptr : &*found;
  }
  // A field without a value is set.
  bool is_set(std::string_view name) const {
    const Field* const one = find(name);
    return one != nullptr && (one->value.empty() || !is_no(one->value));
  }

 private:
  void take(const Directive& one) {
    const bool words =
        one.name == "args" || one.name == "default_fields" || one.name == "override_fields";
    if (one.is_block && (one.name == "fields" || one.name == "passdb_fields" ||
                         one.name == "default_fields" || one.name == "passdb_default_fields")) {
      for (const Directive& field : one.inside) {
        fields_.push_back({field.at, plain(field.name), std::string(field.value())});
      }
    } else if (words) {
      for (const std::string& word : split(one.value(), " \t")) {
        const auto equals = std::min(word.find('='), word.size());
        fields_.push_back({one.at, plain(word.substr(0, equals)),
                           word.substr(std::min(equals + 1, word.size()))});
      }
    }
  }

  // "host:protected" is a host.
  static std::string plain(std::string_view name) {
    return lower_case(name.substr(0, name.find(':')));
  }

  std::vector<Field> fields_;
  std::string driver_;
};

struct Format {
  std::string_view theirs;
  std::string_view ours;
};

constexpr std::array kFormats = {
    Format{"%{user|username|lower}", "%ln"},
    Format{"%{user|domain|lower}", "%ld"},
    Format{"%{user|lower}", "%lu"},
    Format{"%{user|username}", "%n"},
    Format{"%{user|domain}", "%d"},
    Format{"%{username}", "%n"},
    Format{"%{domain}", "%d"},
    Format{"%{user}", "%u"},
    Format{"%Lu", "%lu"},
    Format{"%Ln", "%ln"},
    Format{"%Ld", "%ld"},
    Format{"%u", "%u"},
    Format{"%n", "%n"},
    Format{"%d", "%d"},
    Format{"%%", "%%"},
};

std::optional<std::string> format_from(std::string_view theirs) {
  std::string tight;
  for (const char one : theirs) {
    if (one != ' ') tight += one;
  }
  std::string ours;
  std::string_view rest = tight;
  while (!rest.empty()) {
    if (rest.front() != '%') {
      ours += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    const auto known = std::ranges::find_if(
        kFormats, [&](const Format& one) { return rest.starts_with(one.theirs); });
    if (known == kFormats.end()) return std::nullopt;
    ours += known->ours;
    rest.remove_prefix(known->theirs.size());
  }
  return ours;
}

class Proxy {
 public:
  Proxy(Blueprint& blueprint, const Fields& fields) : blueprint_(blueprint), fields_(fields) {}

  void make(const Field& host) {
    const Field* const ssl = fields_.find("ssl");
    const Field* const stls = fields_.find("starttls");
    const bool implicit = ssl != nullptr && !is_no(ssl->value);
    const bool asked = stls != nullptr && !is_no(stls->value);
    const Field* const port = fields_.find("port");
    const auto number = port == nullptr ? std::nullopt : port_from(port->value);
    if (port != nullptr && !number) leave_out(*port, "no port");
    Table backend{"[[backend]]"};
    backend.set("name", text(fmt::format("pop3{}", count())), {});
    backend.set("address", list({address_text(host.value, number.value_or(implicit ? 995 : 110))}),
                from(host.at, "host"));
    if (implicit) secure(backend, "implicit", *ssl);
    if (!implicit && asked) secure(backend, "stls", *stls);
    for (const Field& one : fields_.all()) field(backend, one);
    const std::string name = backend.find("name")->value;
    blueprint_.backends.push_back(std::move(backend));
    route(name);
  }

 private:
  std::string count() const {
    return blueprint_.backends.empty() ? "" : fmt::format("-{}", blueprint_.backends.size() + 1);
  }

  void secure(Table& backend, std::string_view way, const Field& by) {
    backend.set("tls", text(way), from(by.at, by.name));
    if (by.value != "any-cert") return;
    backend.set("verify", text("none"), from(by.at, by.name + "=any-cert"));
    blueprint_.look_at(by.at, by.name + "=any-cert",
                       "taken over as verify = \"none\": whoever stands between reads all "
                       "passwords; `postern doctor` tells the pin to write instead");
  }

  void field(Table& backend, const Field& one) {
    constexpr std::string_view kDone[] = {"proxy",    "host",       "port",     "ssl",
                                          "starttls", "nopassword", "destuser", "user"};
    if (std::ranges::find(kDone, one.name) != std::end(kDone)) return;
    if (one.name == "proxy_timeout") {
      const auto time = span_from(one.value);
      if (!time) return leave_out(one, "no span of time");
      blueprint_.timeouts.set("connect", text(conf::duration_text(*time)), from(one.at, one.name));
    } else if (one.name == "source_ip") {
      backend.set("source_address", list({one.value}), from(one.at, one.name));
    } else if (one.name == "pass" || one.name == "password" || one.name == "master") {
      leave_out(one,
                "postern logs in with what the user has typed, never with a password of its own");
    } else if (one.name == "proxy_maybe" || one.name == "proxy_always") {
      leave_out(one, "every login goes to a backend");
    } else if (one.name == "hostip") {
      leave_out(one, "write it as [[backend]] address, and the host as server_name");
    } else if (one.name == "proxy_mech") {
      leave_out(one, "see backend.auth, and policy.mechanisms");
    } else {
      leave_out(one, "postern has no such setting");
    }
  }

  void route(const std::string& backend) {
    const Field* user = fields_.find("destuser");
    if (user == nullptr) user = fields_.find("user");
    if (user == nullptr) return;
    const auto format = format_from(user->value);
    if (!format) {
      return leave_out(*user, "user_format knows %u, %n, %d and %lu, %ln, %ld alone");
    }
    if (*format == "%u") return;
    Table& route = blueprint_.routes.emplace_back(Table{"[[route]]"});
    route.set("backend", backend, {});
    route.set("user_format", text(*format), from(user->at, user->name));
  }

  // Without its value, which may be a password.
  void leave_out(const Field& one, std::string why) {
    blueprint_.left_out(one.at, "passdb " + one.name, std::move(why));
  }

  Blueprint& blueprint_;
  const Fields& fields_;
};

}  // namespace

void take_passdb(Blueprint& blueprint, const Directive& passdb) {
  const Fields fields(passdb);
  const Field* const host = fields.find("host");
  const std::string what = "passdb " + fields.driver();
  if (fields.is_set("proxy") && host != nullptr && !host->value.contains('%')) {
    return Proxy(blueprint, fields).make(*host);
  }
  if (fields.is_set("proxy") || fields.is_set("proxy_maybe")) {
    return blueprint.left_out(passdb.at, what,
                              "the host is looked up for each user; write a [[backend]] for each "
                              "host, and a [[route]] with a map_file of lines USER BACKEND");
  }
  blueprint.left_out(passdb.at, what,
                     "the POP3 server behind postern judges logins; if users are looked up there, "
                     "write a [[route]] with a map_file");
}

}  // namespace postern::migrate
