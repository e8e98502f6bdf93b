// SPDX-License-Identifier: Apache-2.0
#include "proxy/setup/server_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "conf/endpoint.hpp"
#include "proxy/doctor/address_roll.hpp"
#include "proxy/doctor/any_tls.hpp"
#include "proxy/doctor/probe.hpp"
#include "proxy/doctor/said.hpp"
#include "proxy/doctor/way.hpp"
#include "proxy/net/error_text.hpp"
#include "tls/client_context.hpp"

namespace postern::setup {
namespace {

using conf::BackendTls;
using doctor::Answer;
using doctor::Question;

constexpr std::chrono::milliseconds kPatience{4'000};
constexpr std::uint16_t kImplicitPort = 995;

upstream::BackendLink verified_link(BackendTls way) {
  upstream::BackendLink link;
  if (way == BackendTls::kNone) return link;
  auto context = tls::ClientContext::create({.ca_file = {}, .pins = {}});
  if (!context) return link;
  link.settings.tls = way;
  link.context = *std::move(context);
  return link;
}

// One server that is asked, first as its port wants it.
struct Case {
  FoundServer found;
  BackendTls way = BackendTls::kNone;
  std::optional<Question> question = {};
};

Case opened(const upstream::Dialer::World& world, const std::string& address) {
  Case one{.found = {.address = address, .greeting = {}, .doubt = {}}};
  const auto endpoint = conf::endpoint_from(address);
  if (!endpoint) {
    one.found.doubt = "no HOST:PORT";
    return one;
  }
  one.way = endpoint->port == kImplicitPort ? BackendTls::kImplicit : BackendTls::kNone;
  conf::Backend backend;
  backend.address = {*endpoint};
  const upstream::BackendLink link = verified_link(one.way);
  const doctor::AddressRoll roll = doctor::addresses_of(world, backend, link);
  if (roll.candidates.empty()) {
    one.found.doubt =
        "its name has no address: " +
        (roll.unknown.empty() ? "nothing is known" : net::error_text(roll.unknown.front().error));
    return one;
  }
  one.question = doctor::question_for({}, backend, link, roll.candidates.front());
  one.question->patience = kPatience;
  return one;
}

bool offers_stls(const Answer& answer) {
  return answer.capabilities && std::ranges::any_of(*answer.capabilities, [](std::string_view one) {
           return one == "STLS" || one == "stls";
         });
}

// What the first answer leaves to be asked.
std::optional<Question> next_question(const Case& one, const Answer& first) {
  Question next = *one.question;
  if (one.way == BackendTls::kNone) {
    if (!first.greeted() || !offers_stls(first)) return std::nullopt;
    next.link = verified_link(BackendTls::kStls);
    return next;
  }
  if (first.greeted()) return std::nullopt;
  auto any = doctor::any_tls(one.way, next.host);
  if (!any) return std::nullopt;
  next.link = *std::move(any);
  return next;
}

void note_first(Case& one, const Answer& first) {
  if (first.greeted()) {
    one.found.greeting = doctor::shown(first.greeting);
    one.found.tls = one.way;
  } else {
    one.found.doubt = first.failure->text;
  }
}

void note_second(Case& one, const Answer& first, const Answer& second) {
  if (one.way == BackendTls::kNone) {
    if (second.greeted()) {
      one.found.tls = BackendTls::kStls;
    } else {
      one.found.doubt = "STLS is offered and does not do: " + second.failure->text;
    }
  } else if (second.greeted()) {  // it is POP3, and not who it should be
    one.found.greeting = doctor::shown(second.greeting);
    one.found.tls = one.way;
    one.found.doubt = first.failure->text;
  }
}

}  // namespace

std::vector<std::string> usual_addresses() {
  return {"127.0.0.1:110", "127.0.0.1:1110", "127.0.0.1:8110"};
}

std::vector<FoundServer> ask_servers(const std::vector<std::string>& addresses) {
  doctor::Surgery surgery;
  const auto world = surgery.world();
  std::vector<Case> cases;
  cases.reserve(addresses.size());
  std::vector<Question> questions;
  for (const std::string& address : addresses) {
    cases.push_back(opened(world, address));
    if (cases.back().question) questions.push_back(*cases.back().question);
  }
  const std::vector<Answer> first = doctor::ask_all(world, questions);
  std::vector<Question> doubts;
  std::vector<std::pair<std::size_t, std::size_t>> whose;  // case, its first answer
  std::size_t next = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (!cases[i].question) continue;
    const Answer& answer = first[next++];
    note_first(cases[i], answer);
    auto question = next_question(cases[i], answer);
    if (!question) continue;
    doubts.push_back(*std::move(question));
    whose.emplace_back(i, next - 1);
  }
  const std::vector<Answer> second = doctor::ask_all(world, doubts);
  for (std::size_t i = 0; i < second.size(); ++i) {
    note_second(cases[whose[i].first], first[whose[i].second], second[i]);
  }
  std::vector<FoundServer> found;
  found.reserve(cases.size());
  for (Case& one : cases) found.push_back(std::move(one.found));
  return found;
}

}  // namespace postern::setup
