// SPDX-License-Identifier: Apache-2.0
#include "proxy/explain/explain_page.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace postern::explain {
namespace {

using nlohmann::json;

// One part of the page: its name, and lines below each other.
std::string part(std::string_view name, const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    text += fmt::format("{:<9} {}\n", text.empty() ? name : "", line);
  }
  return text;
}

std::string place_of(const conf::Document& document, const conf::Origin& origin) {
  if (origin.mark.line == 0) return "default";
  return fmt::format("{}:{}", document.file, origin.mark.line);
}

std::string rule_text(const conf::Document& document, const conf::Origin& origin) {
  return fmt::format("{} = {} ({})", origin.key, origin.value, place_of(document, origin));
}

json rule_json(const conf::Document& document, const conf::Origin& origin) {
  if (origin.key.empty()) return {};
  const bool written = origin.mark.line != 0;
  return {{"key", origin.key},
          {"value", origin.value.empty() ? json() : json::parse(origin.value)},
          {"file", written ? json(document.file) : json()},
          {"line", written ? json(origin.mark.line) : json()}};
}

// What it asks for, if it was said that it asks for something.
std::string name_text(const Question& question) {
  if (!question.sni) return {};
  return question.sni->empty() ? " by no name" : fmt::format(" by the name {}", *question.sni);
}

std::string client_text(const conf::Document& document, const Question& question,
                        const Explanation& told) {
  const policy::Facts& client = question.part.client;
  const conf::Listener& listener = document.settings.live.listeners[told.listener];
  return fmt::format(
      "{} at {}{}{}, {}, {} by {}", client.peer.text(), listener.name, name_text(question),
      listener.proxy_protocol ? " behind a balancer" : "",
      is_tls(client.link) ? fmt::format("TLS {}", policy::name_of(client.link)) : "without TLS",
      question.part.user.empty() ? "somebody" : question.part.user,
      policy::name_of(client.mechanism));
}

std::vector<std::string> rule_lines(const conf::Document& document, const Explanation& told) {
  if (told.rule.key.empty() && !told.way) return {"none is to blame: no [[route]] fits"};
  if (told.rule.key.empty()) return {"none: such a login cannot be sent"};
  std::vector<std::string> lines = {rule_text(document, told.rule)};
  const bool only_reported = told.decision == policy::Decision::kWouldDeny;
  if (only_reported || told.mode.mark.line != 0) {
    const std::string mode = rule_text(document, told.mode);
    lines.push_back((only_reported ? "only reported: " : "enforced: ") + mode);
  }
  if (!told.comment.empty()) lines.push_back("\"" + told.comment + "\"");
  return lines;
}

std::vector<std::string> route_lines(const Explanation& told) {
  if (!told.way) return {"none fits: such a login is refused"};
  const auto& [route, backend, user, reach] = *told.way;
  std::string text = fmt::format("{}: backend {}", route.empty() ? "none needed" : route, backend);
  if (!user.empty()) text += fmt::format(" is told \"{}\"", user);
  return {std::move(text), reach};
}

json route_json(const Explanation& told) {
  if (!told.way) return {};
  const auto& [route, backend, user, reach] = *told.way;
  return {{"route", route.empty() ? json() : json(route)},
          {"backend", backend},
          {"user", user.empty() ? json() : json(user)},
          {"reach", reach}};
}

std::vector<std::string> drawn_lines(const conf::Document& document, const Explanation& told) {
  if (!told.drawn) return {};
  std::vector<std::string> lines;
  for (const conf::Origin& one : told.drawn->rules) {
    const bool share = one.key.ends_with("percent");
    const std::string who = share ? fmt::format("{} of 100 such sessions are refused", one.value)
                                  : "in these hours (UTC) all of them are refused";
    lines.push_back(fmt::format("{}: {}", who, rule_text(document, one)));
  }
  lines.push_back("S: " + told.drawn->heard);
  return lines;
}

json drawn_json(const conf::Document& document, const Explanation& told) {
  if (!told.drawn) return {};
  json rules = json::array();
  for (const conf::Origin& one : told.drawn->rules) rules.push_back(rule_json(document, one));
  return {{"rules", rules}, {"reply", told.drawn->heard}};
}

// Only where it is not what one would think.
std::vector<std::string> capability_lines(const conf::Document& document, const Explanation& told) {
  if (told.shown.empty()) return {};
  std::vector<std::string> lines = {fmt::format("{}", fmt::join(told.course.capabilities, ", "))};
  for (const conf::Origin& one : told.shown) {
    const bool hides = one.key.ends_with(".stls");
    lines.push_back(
        (hides ? "STLS is not listed, and answered: " : "USER is listed, and refused: ") +
        rule_text(document, one));
  }
  return lines;
}

void add_turn(std::vector<std::string>& lines, const Turn& turn) {
  lines.push_back("C: " + turn.said);
  lines.push_back("S: " + turn.heard);
}

policy::Decision decision_on(const Turn& command) {
  return command.heard.starts_with("-ERR") ? policy::Decision::kDeny : policy::Decision::kAllow;
}

std::string command_text(const conf::Document& document, const Explanation& told) {
  if (!told.course.command) return "not reached: the login is refused";
  const Turn& command = *told.course.command;
  std::string text = fmt::format("{}: {}", command.said, policy::name_of(decision_on(command)));
  if (!told.command_rule.key.empty()) text += ", by " + rule_text(document, told.command_rule);
  const std::string& forwarded = told.course.forwarded;
  return text + (forwarded.empty() ? fmt::format("; answered here, \"{}\"", command.heard)
                                   : fmt::format("; the backend hears \"{}\"", forwarded));
}

json command_json(const conf::Document& document, const Question& question,
                  const Explanation& told) {
  if (question.part.command.empty()) return {};
  const auto& turn = told.course.command;
  const std::string& forwarded = told.course.forwarded;
  return {{"client", question.part.command},
          {"reached", turn.has_value()},
          {"decision", turn ? json(policy::name_of(decision_on(*turn))) : json()},
          {"reply", turn && forwarded.empty() ? json(turn->heard) : json()},
          {"backend", forwarded.empty() ? json() : json(forwarded)},
          {"rule", rule_json(document, told.command_rule)}};
}

json turn_json(const Turn& turn) { return {{"client", turn.said}, {"reply", turn.heard}}; }

}  // namespace

std::string explain_text(const conf::Document& document, const Question& question,
                         const Explanation& told) {
  std::string text = part("client", {client_text(document, question, told)});
  const std::string_view decision = policy::name_of(told.decision);
  text += part("decision", {told.reason.empty() ? std::string(decision)
                                                : fmt::format("{}: {}", decision, told.reason)});
  text += part("rule", rule_lines(document, told));
  text += part("brownout", drawn_lines(document, told));
  text += part("route", route_lines(told));
  text += part("capa", capability_lines(document, told));
  std::vector<std::string> talk;
  for (const Turn& turn : told.course.turns) add_turn(talk, turn);
  if (talk.empty()) talk = {"nothing: the handshake fails"};
  text += part("talk", talk);
  text +=
      part("log", told.log.empty() ? std::vector<std::string>{"nothing before the session's end"}
                                   : told.log);
  text += part("backend", told.course.backend.empty() ? std::vector<std::string>{"hears nothing"}
                                                      : told.course.backend);
  if (!told.link.empty()) text += part("link", {told.link});
  if (!question.part.command.empty()) text += part("command", {command_text(document, told)});
  if (!told.note.empty()) text += part("note", {told.note});
  return text;
}

json explain_json(const conf::Document& document, const Question& question,
                  const Explanation& told) {
  const policy::Facts& client = question.part.client;
  const conf::Listener& listener = document.settings.live.listeners[told.listener];
  json talk = json::array();
  json shown = json::array();
  for (const conf::Origin& one : told.shown) shown.push_back(rule_json(document, one));
  for (const Turn& turn : told.course.turns) talk.push_back(turn_json(turn));
  return {{"client",
           {{"ip", client.peer.text()},
            {"listener", listener.name},
            {"behind_balancer", listener.proxy_protocol},
            {"tls", policy::name_of(client.link)},
            {"sni", question.sni ? json(*question.sni) : json()},
            {"user", question.part.user},
            {"mech", policy::name_of(client.mechanism)}}},
          {"decision", policy::name_of(told.decision)},
          {"reason", told.reason},
          {"rule", rule_json(document, told.rule)},
          {"route", route_json(told)},
          {"comment", told.comment},
          {"mode", rule_json(document, told.mode)},
          {"capa", {{"list", told.course.capabilities}, {"rules", shown}}},
          {"brownout", drawn_json(document, told)},
          {"talk", talk},
          {"reply", told.course.turns.empty() ? json() : json(told.course.turns.back().heard)},
          {"log", told.log},
          {"backend", told.course.backend},
          {"link", told.link.empty() ? json() : json(told.link)},
          {"command", command_json(document, question, told)},
          {"note", told.note}};
}

}  // namespace postern::explain
