// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/date.hpp"
#include "policy/host_name.hpp"
#include "policy/ip_address.hpp"
#include "proxy/cli/configuration.hpp"
#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/verbs.hpp"
#include "proxy/explain/explain_page.hpp"
#include "proxy/explain/explanation.hpp"
#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/command.hpp"
#include "proxy/pop3/sasl.hpp"
#include "proxy/server/map_files.hpp"

namespace postern::cli {
namespace {

using policy::Link;
using policy::Mechanism;

struct ExplainOptions {
  std::string config;
  std::string ip;
  std::string listener;
  std::string tls;
  std::optional<std::string> sni = {};
  std::string user;
  std::string mechanism;
  std::string command;
  std::string at;
  Format format = Format::kText;
};

constexpr std::array kLinks = {Link::kPlaintext, Link::kTls10, Link::kTls11, Link::kTls12,
                               Link::kTls13};

// The words of the configuration, and those of the log: "1.2", "TLSv1.2".
std::optional<Link> link_from(std::string_view word) {
  if (word == "-") return Link::kPlaintext;
  if (word == "TLSv1") return Link::kTls10;
  if (word.starts_with("TLSv")) word.remove_prefix(4);
  for (const Link link : kLinks) {
    if (policy::name_of(link) == word) return link;
  }
  return std::nullopt;
}

// Whoever asks about a verb alone means one that could be sent.
std::string whole_command(const std::string& text) {
  switch (pop3::parse_command(text).verb) {
    case pop3::Verb::kRetr:
    case pop3::Verb::kDele:
      return text.contains(' ') ? text : text + " 1";
    case pop3::Verb::kTop:
      return text.contains(' ') ? text : text + " 1 0";
    default:
      return text;
  }
}

template <class Names>
std::string list_of(const Names& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

// What CLI11 asks of each option: what is wrong with it; empty: nothing.
std::string check_ip(const std::string& text) {
  return policy::IpAddress::parse(text) ? "" : "'" + text + "' is not an IP address";
}

std::string check_tls(const std::string& text) {
  return link_from(text) ? "" : "'" + text + "' is not one of none, 1.0, 1.1, 1.2, 1.3";
}

std::string check_sni(const std::string& text) {
  const bool good = text.empty() || policy::is_host_name(text);
  return good ? "" : "'" + text + "' is not a host name";
}

std::string check_mechanism(const std::string& text) {
  if (policy::mechanism_from(text)) return {};
  std::vector<std::string_view> names;
  names.reserve(policy::kMechanismCount);
  for (const Mechanism one : policy::all_mechanisms()) names.push_back(policy::name_of(one));
  return "'" + text + "' is not one of " + list_of(names);
}

std::string check_user(const std::string& text) {
  constexpr auto kWrong =
      "a name must not be empty, nor hold control characters or blanks around it";
  return pop3::is_speakable_user(text) ? "" : kWrong;
}

std::string check_command(const std::string& text) {
  return pop3::all_printable(text) && !text.empty() ? "" : "a command must be one line of ASCII";
}

policy::Moment now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// A time alone is one of today.
std::optional<policy::Moment> moment_from(const std::string& text) {
  auto instant = policy::date_from(text);
  if (!instant) {
    const std::string today = policy::exact_text(now()).substr(0, std::string("2026-12-31").size());
    instant = policy::date_from(today + "T" + text);
  }
  if (!instant) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(*instant);
}

std::string check_at(const std::string& text) {
  if (moment_from(text)) return {};
  return "'" + text + "' is not a time such as 2026-12-31, 2026-12-31T18:00:00Z or, today, 18:00";
}

// The listener's position, or an explanation on standard error.
std::optional<std::size_t> find_listener(const conf::Live& settings,
                                         const ExplainOptions& options) {
  const auto& all = settings.listeners;
  const auto found = std::ranges::find(all, options.listener, &conf::Listener::name);
  if (found != all.end()) return static_cast<std::size_t>(found - all.begin());
  std::vector<std::string_view> names;
  names.reserve(all.size());
  for (const conf::Listener& one : all) names.push_back(one.name);
  fmt::print(stderr, "postern: no listener is called '{}'; there are {}\n", options.listener,
             list_of(names));
  return std::nullopt;
}

// What a client that knows its way would use there.
Link usual_link(const conf::Listener& listener) {
  return listener.tls == conf::ListenerTls::kImplicit ? Link::kTls13 : Link::kPlaintext;
}

std::optional<explain::Question> question_of(const conf::Document& document,
                                             const ExplainOptions& options) {
  const conf::Live& settings = document.settings.live;
  const auto listener = find_listener(settings, options);
  if (!listener) return std::nullopt;
  const conf::Listener& door = settings.listeners[*listener];
  explain::Question question{.listener = *listener, .part = {}};
  policy::Facts& client = question.part.client;
  client.peer = policy::IpAddress::parse(options.ip).value_or(policy::IpAddress());
  client.link = link_from(options.tls).value_or(usual_link(door));
  client.mechanism =
      policy::mechanism_from(options.mechanism).value_or(settings.policy.mechanisms.front());
  // Who asks about it means somebody who has a certificate.
  const bool certified = client.mechanism == Mechanism::kExternal && is_tls(client.link) &&
                         settings.tls.client_auth != tls::ClientAuth::kNone;
  client.cert = certified ? policy::ClientCert::kNamesUser : policy::ClientCert::kNone;
  client.now = moment_from(options.at).value_or(now());
  question.part.user = options.user;
  question.part.command = whole_command(options.command);
  question.sni = options.sni;
  if (door.tls == conf::ListenerTls::kNone && is_tls(client.link)) {
    fmt::print(stderr, "postern: listener '{}' has no TLS\n", door.name);
    return std::nullopt;
  }
  if (question.sni && !is_tls(client.link)) {
    fmt::print(stderr, "postern: without TLS no client says a name; add --tls\n");
    return std::nullopt;
  }
  return question;
}

int run(const ExplainOptions& options) {
  const auto document = read_configuration(options.config);
  if (!document) return to_int(ExitCode::kConfiguration);
  const auto maps = server::load_maps(*document);
  if (!maps) {
    print_diagnostics(maps.error(), options.config);
    return to_int(ExitCode::kConfiguration);
  }
  const auto question = question_of(*document, options);
  if (!question) return to_int(ExitCode::kUsage);
  const explain::Explanation told = explain::foretell(*document, *question, *maps->maps);
  switch (options.format) {
    case Format::kText:
      fmt::print("{}", explain::explain_text(*document, *question, told));
      break;
    case Format::kJson:
      print_json(explain::explain_json(*document, *question, told));
      break;
  }
  return to_int(ExitCode::kOk);
}

void add_options(CLI::App& verb, ExplainOptions& options) {
  add_config_option(verb, options.config);
  verb.add_option("--ip", options.ip, "where the client comes from")
      ->type_name("ADDRESS")
      ->required()
      ->check(check_ip);
  verb.add_option("--listener", options.listener, "the listener it connects to, by its name")
      ->type_name("NAME")
      ->required();
  verb.add_option("--tls", options.tls,
                  "its TLS: none, 1.0, 1.1, 1.2 or 1.3 (default: 1.3 where TLS comes first, else "
                  "none)")
      ->type_name("VERSION")
      ->check(check_tls);
  verb.add_option(
          "--sni", options.sni,
          "the name that it asks for in TLS, which may lead to another listener of the same "
          "address; '' for none (default: one that leads to this listener)")
      ->type_name("NAME")
      ->check(check_sni);
  verb.add_option("--user", options.user, "who logs in (default: somebody whom no rule names)")
      ->type_name("NAME")
      ->check(check_user);
  verb.add_option("--mech", options.mechanism, "how (default: the first of policy.mechanisms)")
      ->type_name("NAME")
      ->check(check_mechanism);
  verb.add_option("--command", options.command, "what it asks after its login, such as \"DELE 1\"")
      ->type_name("LINE")
      ->check(check_command);
  verb.add_option("--at", options.at,
                  "when (default: now), such as 2026-12-31, \"2026-12-31 09:30\" or 09:30 (UTC)")
      ->type_name("TIME")
      ->check(check_at);
  add_json_option(verb, options.format);
}

}  // namespace

void add_explain(CLI::App& program, int& result) {
  CLI::App* const verb =
      program.add_subcommand("explain", "say what would become of a login, and which rule decides");
  const auto options = std::make_shared<ExplainOptions>();
  add_options(*verb, *options);
  verb->callback([options, &result] { result = run(*options); });
}

}  // namespace postern::cli
