// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/session_json.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "proxy/server/time_words.hpp"

namespace postern::server {
namespace {

using nlohmann::json;

constexpr std::size_t kMostText = 255;  // of what a client has said

std::string bounded(const std::string& text) {
  return text.size() <= kMostText ? text : text.substr(0, kMostText) + "…";
}

json row_of(const session::SessionRow& row, std::chrono::system_clock::time_point now) {
  return {{"sid", row.id},
          {"user", bounded(row.user)},
          {"ip", row.ip},
          {"port", row.port},
          {"listener", row.listener},
          {"tls", row.tls},
          {"state", name_of(row.state)},
          {"client", row.client},
          {"backend", row.backend},
          {"backend_address", row.backend_address},
          {"since", utc_text(now - row.age)},
          {"seconds", row.age.count() / 1000},
          {"idle_seconds", row.idle.count() / 1000},
          {"in", row.bytes_in},
          {"out", row.bytes_out}};
}

}  // namespace

json rows_of(const Inquiries::Answers<SessionList>& answers, std::size_t most, json& reply) {
  std::vector<session::SessionRow> rows;
  std::size_t left_out = 0;
  json silent = json::array();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i]) {
      silent.push_back(i);
      continue;
    }
    left_out += answers[i]->left_out;
    std::ranges::copy(answers[i]->rows, std::back_inserter(rows));
  }
  std::ranges::sort(rows, std::ranges::greater(), &session::SessionRow::age);
  if (rows.size() > most) {
    left_out += rows.size() - most;
    rows.resize(most);
  }
  const auto now = std::chrono::system_clock::now();
  json list = json::array();
  for (const session::SessionRow& row : rows) list.push_back(row_of(row, now));
  reply["left_out"] = left_out;
  reply["silent_workers"] = std::move(silent);
  return list;
}

}  // namespace postern::server
