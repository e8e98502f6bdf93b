// SPDX-License-Identifier: Apache-2.0
// What a dialogue keeps, counted at operator new: bounded at every moment, whatever it is fed, and
// little when it is idle.
#include <catch2/catch.hpp>

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>

#include "proxy/pop3/dialogue.hpp"

namespace {

std::size_t g_live = 0;
std::size_t g_peak = 0;

void* counted(std::size_t size) {
  void* const block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) std::abort();
  g_live += malloc_usable_size(block);
  g_peak = std::max(g_peak, g_live);
  return block;
}

void uncount(void* block) noexcept {
  if (block != nullptr) g_live -= malloc_usable_size(block);
  std::free(block);
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return counted(size); }
void operator delete(void* block) noexcept { uncount(block); }
void operator delete[](void* block) noexcept { uncount(block); }
void operator delete(void* block, std::size_t) noexcept { uncount(block); }
void operator delete[](void* block, std::size_t) noexcept { uncount(block); }

namespace postern::pop3 {
namespace {

constexpr std::size_t kRead = 65'536;
constexpr std::size_t kSmall = 4096;

// Takes everything and keeps nothing, so that only the dialogue is counted.
class Void final : public Shell {
 public:
  Sink send_downstream(std::string_view) override { return sink; }
  Sink send_upstream(std::string_view) override { return sink; }
  bool is_hopeless(std::string_view) const override { return false; }
  void start_tls() override {}
  void admit(const Login&) override {}
  void judged(const LoginJudged&) override {}
  void remember_exposed(const Login&) override {}
  void connect_upstream() override {}
  void close_upstream() override {}
  void introduce() override {}
  void relay_started() override {}
  void set_deadline(Deadline) override {}
  void report(const Report&) override {}
  void close(CloseReason) override {}

  Sink sink = Sink::kOpen;
};

class World {
 public:
  World() {
    terms_.max_bad_commands = 0;
    spare_.downstream.reserve(kRead);  // the worker's, and shared by all its sessions
    spare_.upstream.reserve(kRead);
    before_ = g_live;
    dialogue = std::make_unique<Dialogue>(terms_, &backend_terms_, shell, spare_);
    dialogue->open(policy::Link::kTls13);
    g_peak = g_live;
  }

  void log_in() {
    dialogue->on_client("USER alice\r\nPASS secret\r\n");
    admit();
    dialogue->on_upstream_connected();
    for (int i = 0; i < 3; ++i) dialogue->on_backend("+OK\r\n");
    g_peak = g_live;
  }

  void admit() {
    dialogue->on_admitted({.admission = Admission::kFree, .backend = &backend_terms_});
  }

  std::size_t kept() const { return g_live - before_; }
  std::size_t peak() const { return g_peak - before_; }

 private:
  ClientTerms terms_;
  BackendTerms backend_terms_;
  Spare spare_;
  std::size_t before_ = 0;

 public:
  Void shell;
  std::unique_ptr<Dialogue> dialogue;
};

std::string many(std::string_view text, std::size_t bytes) {
  std::string all;
  all.reserve(bytes + text.size());
  while (all.size() < bytes) all.append(text);
  return all;
}

}  // namespace

TEST_CASE("an idle session keeps little") {
  World world;
  CHECK(world.kept() < kSmall);
  world.log_in();
  CHECK(world.kept() < kSmall);
  world.dialogue->on_client("NO");
  world.dialogue->on_client("OP\r\nSTAT\r\n");
  world.dialogue->on_backend("+O");
  world.dialogue->on_backend("K\r\n+OK 1 2\r\n");
  CHECK(world.kept() < kSmall);
}

TEST_CASE("an endless line keeps no more than its beginning") {
  const std::string line = many("x", kRead);
  for (const bool logged_in : {false, true}) {
    World world;
    if (logged_in) world.log_in();
    for (int i = 0; i < 16; ++i) world.dialogue->on_client(line);
    for (char c : line) world.dialogue->on_client({&c, 1});
    CHECK(world.peak() < kSmall);
  }
}

TEST_CASE("an endless response keeps no more than it may have") {
  const std::string line = many("A", 1000);
  World world;
  world.dialogue->on_client("AUTH PLAIN\r\n");
  for (int i = 0; i < 1000; ++i) world.dialogue->on_client(line);
  CHECK(world.peak() < kRead + 2 * kSmall + kSmall / 4);
  world.dialogue->on_client("\r\n");
  world.dialogue->on_client("NOOP\r\n");
  CHECK(world.kept() < kSmall);
}

TEST_CASE("the longest response there may be is in memory once") {
  for (const std::size_t piece : {1UL, 700UL, 16'384UL}) {
    const std::string chunk(piece, 'A');
    World world;
    world.dialogue->on_client("AUTH PLAIN\r\n");
    for (std::size_t sent = 0; sent + piece < kRead - 4; sent += piece) {
      world.dialogue->on_client(chunk);
    }
    CHECK(world.kept() > kSmall);
    world.dialogue->on_client("=\r\n");
    CHECK(world.peak() < kRead + 2 * kSmall + kSmall / 4);
    world.dialogue->on_client("NOOP\r\n");
    CHECK(world.kept() < kSmall);
  }
}

TEST_CASE("what comes early is kept once") {
  const std::string commands = many("NOOP\r\n", kRead);
  World world;
  world.dialogue->on_client("USER alice\r\nPASS secret\r\n");
  world.dialogue->on_client(commands);
  CHECK_FALSE(world.dialogue->wants_client());
  CHECK(world.peak() < kRead + kSmall);
  world.admit();
  world.dialogue->on_upstream_connected();
  for (int i = 0; i < 3; ++i) world.dialogue->on_backend("+OK\r\n");
  while (!world.dialogue->wants_client()) world.dialogue->on_backend("+OK\r\n");
  CHECK(world.peak() < kRead + kSmall);
  CHECK(world.kept() < kSmall);
}

TEST_CASE("a flood of commands that nobody answers keeps one read") {
  const std::string flood = many("NOOP\r\nXYZZY\r\nCAPA\r\n", kRead);
  for (const Sink sink : {Sink::kOpen, Sink::kFull}) {
    World world;
    world.log_in();
    world.shell.sink = sink;
    for (int i = 0; i < 100 && world.dialogue->wants_client(); ++i) {
      world.dialogue->on_client(flood);
    }
    CHECK_FALSE(world.dialogue->wants_client());
    CHECK(world.peak() < kRead + kSmall);
  }
}

TEST_CASE("a body passes without being kept") {
  const std::string body = many("some line of a message\r\n", kRead);
  World world;
  world.log_in();
  world.dialogue->on_client("RETR 1\r\n");
  world.dialogue->on_backend("+OK\r\n");
  for (int i = 0; i < 200; ++i) world.dialogue->on_backend(body);
  CHECK(world.peak() < kSmall);
}

TEST_CASE("an endless status line keeps no more than a reply may have") {
  const std::string line = many("+OK x", 1000);
  World world;
  world.log_in();
  world.dialogue->on_client("NOOP\r\n");
  for (int i = 0; i < 60; ++i) world.dialogue->on_backend(line);
  CHECK(world.peak() < kSmall);
}

}  // namespace postern::pop3
