// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/listener_findings.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proxy/doctor/address_roll.hpp"
#include "proxy/doctor/any_tls.hpp"
#include "proxy/doctor/probe.hpp"
#include "proxy/net/error_text.hpp"
#include "proxy/net/source_socket.hpp"
#include "proxy/server/port_holder.hpp"
#include "tls/leaf_facts.hpp"

namespace postern::doctor {
namespace {

// Names that are asked for at one listener, at most.
constexpr std::size_t kMostNames = 8;

// Where somebody on this machine reaches it.
net::Address from_here(const net::Address& address) {
  if (!address.is_wildcard()) return address;
  const char* const loopback = address.family() == AF_INET ? "127.0.0.1" : "::1";
  return *net::Address::parse(loopback, address.port());
}

std::uint16_t first_free_port() {
  std::ifstream file("/proc/sys/net/ipv4/ip_unprivileged_port_start");
  unsigned port = 1024;
  file >> port;
  return static_cast<std::uint16_t>(port);
}

// Of this process, by its effective capabilities.
bool may_bind_all() {
  constexpr std::uint64_t kNetBindService = 1U << 10;
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("CapEff:")) continue;
    return (std::stoull(line.substr(7), nullptr, 16) & kNetBindService) != 0;
  }
  return geteuid() == 0;
}

std::optional<upstream::BackendLink> link_to(const conf::Listener& listener,
                                             const std::string& name) {
  switch (listener.tls) {
    case conf::ListenerTls::kNone:
      return upstream::BackendLink();
    case conf::ListenerTls::kImplicit:
      return any_tls(conf::BackendTls::kImplicit, name);
    case conf::ListenerTls::kStls:
      return any_tls(conf::BackendTls::kStls, name);
  }
  std::unreachable();
}

class Tour {
 public:
  explicit Tour(const Patient& patient) : patient_(patient) {
    for (const auto& one : patient.inspection.certificates) {
      on_disk_.push_back(tls::leaf_facts(*one).fingerprint);
    }
  }

  Findings findings() {
    const auto& listeners = patient_.live().listeners;
    for (std::size_t i = 0; i < listeners.size(); ++i) {
      for (std::size_t j = 0; j < listeners[i].address.size(); ++j) look_at(i, j);
    }
    ask();
    return std::move(findings_);
  }

 private:
  struct Call {
    std::string place;
    std::string listener;
    std::string name;
  };

  void add(std::string_view check, std::string where, std::string what, std::string fix = {}) {
    findings_.push_back({.check = std::string(check),
                         .where = std::move(where),
                         .what = std::move(what),
                         .fix = std::move(fix)});
  }

  void look_at(std::size_t index, std::size_t number) {
    const conf::Listener& listener = patient_.live().listeners[index];
    const conf::Endpoint& endpoint = listener.address[number];
    const auto address = net::Address::parse(endpoint.host, endpoint.port);
    if (!address) return;
    const std::string place = patient_.place_of(fmt::format("listener[{}].address", index));
    check_address(*address, place);
    if (endpoint.port == 0) return;
    check_privilege(endpoint, place);
    if (!patient_.process) return;
    if (!server::is_taken(*address)) {
      return add("listener-silent", to_string(endpoint),
                 fmt::format("postern runs, as process {}, and nobody listens on {} of listener "
                             "\"{}\"",
                             *patient_.process, to_string(endpoint), listener.name));
    }
    if (!listener.proxy_protocol) call(listener, from_here(*address), place);
  }

  void check_address(const net::Address& address, const std::string& place) {
    if (address.is_wildcard()) return;
    net::Address any_port = address;
    any_port.set_port(0);
    const auto socket = net::source_socket(any_port);
    if (socket) return;
    add("listener-address", place,
        fmt::format("nothing can listen on {}: {}", address.ip(), net::error_text(socket.error())),
        fmt::format("ip address add {}/{} dev lo", address.ip(),
                    address.family() == AF_INET ? 32 : 128));
  }

  // The unit brings its own right; who runs as root needs none.
  void check_privilege(const conf::Endpoint& endpoint, const std::string& place) {
    if (patient_.account || endpoint.port >= first_free_port() || may_bind_all()) return;
    if (privileged_) return;
    privileged_ = true;
    add("listener-privileged", place,
        fmt::format("port {} is for those who may bind it, and you may not", endpoint.port),
        "setcap cap_net_bind_service=+ep \"$(command -v postern)\"");
  }

  void call(const conf::Listener& listener, const net::Address& address, const std::string& place) {
    std::vector<std::string> names = patient_.live().server_names;
    if (names.empty() || listener.tls == conf::ListenerTls::kNone) names = {std::string()};
    names.resize(std::min(names.size(), kMostNames));
    for (const std::string& name : names) {
      auto link = link_to(listener, name);
      if (!link) continue;
      questions_.push_back({.address = address, .host = address.ip(), .link = *std::move(link)});
      calls_.push_back({place, listener.name, name});
    }
  }

  void ask() {
    Surgery surgery;
    const std::vector<Answer> answers = ask_all(surgery.world(), questions_);
    for (std::size_t i = 0; i < answers.size(); ++i) judge(questions_[i], calls_[i], answers[i]);
  }

  void judge(const Question& question, const Call& call, const Answer& answer) {
    if (answer.failure) {
      return add("listener-deaf", question.address.text(),
                 fmt::format("listener \"{}\" does not serve whoever calls it from here: {}",
                             call.listener, answer.failure->text));
    }
    if (answer.leaf.empty()) return;
    const auto shown = tls::leaf_facts(answer.leaf);
    const bool ours = shown && std::ranges::find(on_disk_, shown->fingerprint) != on_disk_.end();
    if (ours) return;
    add("certificate-not-served", question.address.text(),
        fmt::format("listener \"{}\" shows another certificate than those on disk{}", call.listener,
                    call.name.empty() ? "" : ", to whoever asks for " + call.name),
        fmt::format("kill -HUP {}", *patient_.process));
  }

  const Patient& patient_;
  std::vector<std::string> on_disk_;  // fingerprints
  std::vector<Question> questions_;
  std::vector<Call> calls_;
  bool privileged_ = false;  // told once
  Findings findings_;
};

}  // namespace

Findings listener_findings(const Patient& patient) { return Tour(patient).findings(); }

}  // namespace postern::doctor
