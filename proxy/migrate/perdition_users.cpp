// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/perdition_users.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "proxy/migrate/spelling.hpp"

namespace postern::migrate {
namespace {

// With more a map file is the better place.
constexpr std::size_t kMostUsers = 200;
constexpr std::size_t kMostServers = 50;
constexpr std::size_t kMostFaults = 20;

struct Server {
  std::string address;
  std::uint32_t line = 0;
  std::vector<std::string> users;
};

class Popmap {
 public:
  Popmap(Blueprint& blueprint, const std::string& file, std::uint16_t port)
      : blueprint_(blueprint), file_(file), port_(port) {}

  void read(std::string_view text) {
    std::uint32_t number = 0;
    for (const std::string_view raw : lines_of(text)) {
      ++number;
      const std::string_view line = trimmed(raw.substr(0, raw.find('#')));
      if (!line.empty()) entry(line, number);
    }
  }

  void make(const Table& model) {
    if (users_ > kMostUsers) {
      return blueprint_.left_out(
          {file_}, fmt::format("{} users", users_),
          fmt::format("too many for users = [...]; make a map file of them: awk -F: "
                      "'{{print $1, $2}}' {}, with a [[backend]] for each server, and a [[route]] "
                      "with that map_file",
                      file_));
    }
    for (const Server& one : servers_) {
      Table backend = model;
      const std::string name = text(fmt::format("pop3-{}", blueprint_.backends.size() + 1));
      backend.set("name", name, {});
      backend.set("address", list({one.address}), from({file_, one.line}, "server"));
      blueprint_.backends.push_back(std::move(backend));
      Table& route = blueprint_.routes.emplace_back(Table{"[[route]]"});
      route.set("users", list(one.users), from({file_, one.line}, "user"));
      route.set("backend", name, {});
    }
  }

 private:
  void entry(std::string_view line, std::uint32_t number) {
    const auto colon = line.find(':');
    const std::string_view user = trimmed(line.substr(0, colon));
    const std::string_view server =
        colon == std::string_view::npos ? "" : trimmed(line.substr(colon + 1));
    if (user.empty() || server.empty()) return fault(number, "no line USER:SERVER");
    if (user.find_first_of("^$*()[]|\\+?") != std::string_view::npos) {
      return fault(number, "a pattern; users of a [[route]] know * alone");
    }
    if (server.contains('@')) {
      return fault(number, "another name there; a line USER BACKEND NAME of a map_file has one");
    }
    const auto spot = spot_from(server, port_);
    if (!spot) return fault(number, "no server");
    const std::string address = address_text(spot->host, spot->port);
    auto found = std::ranges::find(servers_, address, &Server::address);
    if (found == servers_.end()) {
      if (servers_.size() >= kMostServers) return fault(number, "too many servers");
      found = servers_.insert(servers_.end(), {.address = address, .line = number, .users = {}});
    }
    found->users.emplace_back(user);
    ++users_;
  }

  void fault(std::uint32_t number, std::string why) {
    if (++faults_ == kMostFaults) why += "; there are more of these";
    if (faults_ <= kMostFaults) blueprint_.left_out({file_, number}, "popmap", std::move(why));
  }

  Blueprint& blueprint_;
  const std::string& file_;
  std::uint16_t port_;
  std::vector<Server> servers_;
  std::size_t users_ = 0;
  std::size_t faults_ = 0;
};

}  // namespace

void take_popmap(Blueprint& blueprint, std::string_view text, const std::string& file,
                 const Table& model, std::uint16_t port) {
  Popmap popmap(blueprint, file, port);
  popmap.read(text);
  popmap.make(model);
}

void add_last_route(Blueprint& blueprint, const std::string& backend) {
  Table& route = blueprint.routes.emplace_back(Table{"[[route]]"});
  route.remark = "Everybody else.";
  route.set("backend", backend, {});
}

}  // namespace postern::migrate
