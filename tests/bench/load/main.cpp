// SPDX-License-Identifier: Apache-2.0
// The load generator. It says when it is ready, does its work as often as it is told to, reports
// each time, and closes what it holds open when it is told to: in between, somebody looks at the
// server.
//
//     {"ready": true}  ◄ go  {"units": …, "seconds": …, "bytes": …, "latency": {…}}  ◄ go …  ◄ end
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

#include "load/command_load.hpp"
#include "load/session_load.hpp"
#include "wire/fatal.hpp"
#include "wire/loopback.hpp"

namespace postern::bench {
namespace {

std::unique_ptr<Load> load_of(const Options& options, Client::World& world) {
  const bool sessions = options.task == Task::kSession || options.task == Task::kAnonymous;
  if (sessions) return std::make_unique<SessionLoad>(options, world);
  return std::make_unique<CommandLoad>(options, world);
}

// Whether there is more to do.
bool told_to_go() {
  std::string line;
  if (!std::getline(std::cin, line) || (line != "go" && line != "end")) fatal("expected go or end");
  return line == "go";
}

void say(const std::string& json) {
  std::printf("%s\n", json.c_str());
  std::fflush(stdout);
}

void take_turn(Load& load, Client::World& world) {
  world.bytes = 0;
  load.forget();
  const auto begun = Clock::now();
  load.work();
  const std::chrono::duration<double> took = Clock::now() - begun;
  say(R"({"units": )" + std::to_string(load.units()) + R"(, "seconds": )" +
      std::to_string(took.count()) + R"(, "bytes": )" + std::to_string(world.bytes) +
      R"(, "resumed": )" + std::to_string(load.resumed()) + R"(, "latency": )" +
      load.latencies().json() + "}");
}

void run(const Options& options) {
  Poller poller;
  TlsClient tls(options.group.c_str());
  const Mailbox mailbox;
  Client::World world{poller, tls, mailbox};
  const std::unique_ptr<Load> load = load_of(options, world);
  alarm(static_cast<unsigned>(options.timeout));  // nobody is there to be waited for
  load->prepare();
  say(R"({"ready": true})");
  alarm(0);
  while (told_to_go()) {
    alarm(static_cast<unsigned>(options.timeout));
    take_turn(*load, world);
    alarm(0);
  }
}

}  // namespace
}  // namespace postern::bench

int main(int count, char** arguments) {
  postern::bench::allow_many_descriptors();
  postern::bench::run(postern::bench::parse_options(count, arguments));
}
