// SPDX-License-Identifier: Apache-2.0
#include "proxy/cluster/engine_introduction.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace postern::cluster {
namespace {

constexpr std::size_t kMostShown = 120;

// Outside text for a log: one line, and not without end.
std::string shown(std::string_view text) {
  std::string line(text.substr(0, kMostShown));
  std::ranges::replace_if(line, [](unsigned char c) { return c < 0x20 || c >= 0x7F; }, '?');
  return line;
}

std::uint16_t port_from(const Reply& reply) noexcept {
  if (reply.kind == Reply::Kind::kInteger) {
    return reply.integer > 0 && reply.integer <= UINT16_MAX
               ? static_cast<std::uint16_t>(reply.integer)
               : 0;
  }
  std::uint16_t port = 0;
  const char* const end = reply.text.data() + reply.text.size();
  const auto [stopped, error] = std::from_chars(reply.text.data(), end, port);
  return stopped == end && error == std::errc() ? port : 0;
}

}  // namespace

// Its name comes before its role is known, and an engine that knows no names of clients is none the
// worse for it.
EngineIntroduction::EngineIntroduction(const EngineSettings& settings)
    : steps_{Step::kName, Step::kRole} {
  if (!settings.password.empty()) {
    Words auth{"AUTH"};
    if (!settings.username.empty()) auth.push_back(settings.username);
    auth.emplace_back(settings.password.reveal());
    words_.push_back(std::move(auth));
    steps_.insert(steps_.begin(), Step::kAuth);
  }
  words_.push_back({"CLIENT", "SETNAME", "postern"});
  words_.push_back({"ROLE"});
}

std::vector<Words> EngineIntroduction::take_words() { return std::exchange(words_, {}); }

EngineIntroduction::State EngineIntroduction::hear(const Reply& reply) {
  if (steps_.empty()) return refuse("it answers what was not asked");
  const Step step = steps_.front();
  steps_.erase(steps_.begin());
  switch (step) {
    case Step::kAuth:
      if (reply.is_error()) refused_ = shown(reply.text);
      return State::kAsking;
    case Step::kName:
      return State::kAsking;
    case Step::kRole:
      return judge_role(reply);
    case Step::kMaster:
      return hear_sentinel(reply);
  }
  std::unreachable();
}

// A Sentinel often has no password where its engines have one.
EngineIntroduction::State EngineIntroduction::judge_role(const Reply& reply) {
  if (reply.is_error()) {
    return refuse(refused_.empty() ? "it answers ROLE with " + shown(reply.text)
                                   : "it does not take the password: " + refused_);
  }
  const auto& told = reply.list;
  if (!reply.is_list() || told.empty()) return refuse("it does not answer as a Redis does");
  const std::string& role = told.front().text;
  if (role == "sentinel" && told.size() > 1) {
    const auto& masters = told[1].list;
    if (masters.size() != 1) {
      return refuse("this Sentinel watches " + std::to_string(masters.size()) +
                    " masters, and which one is meant nobody can say");
    }
    words_.push_back({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", masters.front().text});
    steps_.push_back(Step::kMaster);
    return State::kAsking;
  }
  if (!refused_.empty()) return refuse("it does not take the password: " + refused_);
  if (role == "master") return State::kServed;
  if (role == "slave" && told.size() > 2) return send_to(told[1], told[2]);
  return refuse("it does not say what it is");
}

EngineIntroduction::State EngineIntroduction::hear_sentinel(const Reply& reply) {
  if (!reply.is_list() || reply.list.size() != 2) {
    return refuse("this Sentinel does not know where its master is");
  }
  return send_to(reply.list[0], reply.list[1]);
}

EngineIntroduction::State EngineIntroduction::send_to(const Reply& host, const Reply& port) {
  master_ = {.host = host.text, .port = port_from(port)};
  if (master_.host.empty() || master_.port == 0) return refuse("it does not say who is the master");
  return State::kElsewhere;
}

EngineIntroduction::State EngineIntroduction::refuse(std::string why) {
  why_ = std::move(why);
  return State::kRefused;
}

}  // namespace postern::cluster
