// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/redis.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/loop/wire.hpp"

namespace postern::testing {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience{20'000};
constexpr int kTries = 5;

bool accepts(std::uint16_t port) {
  const net::Address address = *net::Address::parse("127.0.0.1", port);
  const net::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(socket.get(), address.raw(), address.size()) == 0;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> list;
  for (std::string& word : words) list.push_back(word.data());
  list.push_back(nullptr);
  return list;
}

}  // namespace

std::uint16_t free_port() {
  const net::Descriptor socket =
      net::open_listening_socket(*net::Address::parse("127.0.0.1", 0)).value();
  return net::Address::of_socket(socket.get())->port();
}

Redis::Redis(std::vector<std::string> arguments, std::string configuration)
    : arguments_(std::move(arguments)), configuration_(std::move(configuration)) {
  std::string pattern = std::filesystem::temp_directory_path() / "postern-redis-XXXXXX";
  REQUIRE(mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
  start();
}

Redis::~Redis() {
  kill();
  std::filesystem::remove_all(folder_);
}

void Redis::start() {
  for (int i = 0; i < kTries; ++i) {
    port_ = free_port();
    if (starts()) return;
  }
  FAIL("no redis-server starts");
}

bool Redis::starts() {
  std::vector<std::string> words{"redis-server"};
  if (!configuration_.empty()) {
    words.push_back(folder_ + "/redis.conf");
    std::ofstream(words.back()) << configuration_;
  }
  words.insert(words.end(), arguments_.begin(), arguments_.end());
  const bool secure = std::ranges::find(arguments_, "--tls-port") != arguments_.end();
  for (std::string& word : words) {
    if (word == "@PORT") word = std::to_string(port_);
    if (const auto at = word.find("@DIR"); at != std::string::npos) word.replace(at, 4, folder_);
  }
  if (!secure) words.insert(words.end(), {"--port", std::to_string(port_)});
  words.insert(words.end(), {"--bind", "127.0.0.1", "--dir", folder_, "--save", "", "--logfile",
                             folder_ + "/log", "--daemonize", "no"});
  const std::vector<char*> list = pointers(words);
  REQUIRE(posix_spawnp(&process_, "redis-server", nullptr, nullptr, list.data(), environ) == 0);
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!accepts(port_)) {
    if (waitpid(process_, nullptr, WNOHANG) == process_) return process_ = -1, false;
    REQUIRE(std::chrono::steady_clock::now() < end);
    std::this_thread::sleep_for(milliseconds(5));
  }
  return true;
}

std::string Redis::run(const std::vector<std::string>& words) const {
  std::string line = "redis-cli -p " + std::to_string(port_);
  for (const std::string& way : ways) line += " " + way;
  for (const std::string& word : words) line += " '" + word + "'";
  FILE* const pipe = popen((line + " 2>&1").c_str(), "re");
  REQUIRE(pipe != nullptr);
  std::string told;
  std::array<char, 4096> buffer;
  while (const std::size_t count = fread(buffer.data(), 1, buffer.size(), pipe)) {
    told.append(buffer.data(), count);
  }
  pclose(pipe);
  while (told.ends_with('\n')) told.pop_back();
  return told;
}

void Redis::kill() {
  if (process_ == -1) return;
  ::kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

void Redis::restart() { REQUIRE(starts()); }
void Redis::stop() const { REQUIRE(::kill(process_, SIGSTOP) == 0); }
void Redis::go_on() const { REQUIRE(::kill(process_, SIGCONT) == 0); }

}  // namespace postern::testing
