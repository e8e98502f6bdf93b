// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/log_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace postern::admin {
namespace {

using std::chrono::steady_clock;

// A pipe with a name, whose reader may come late, stop and go on.
class Pipe {
 public:
  Pipe() : path_(folder() / "pipe") {
    std::signal(SIGPIPE, SIG_IGN);  // as the program does
    REQUIRE(::mkfifo(path_.c_str(), 0600) == 0);
    reader_ = net::Descriptor(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    REQUIRE(reader_.valid());
  }
  ~Pipe() { std::filesystem::remove_all(path_.parent_path()); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  std::string path() const { return path_.string(); }
  void leave() { reader_.reset(); }

  // What is there now.
  std::string read() const {
    std::string text;
    std::array<char, 65'536> chunk{};
    while (true) {
      const ssize_t size = ::read(reader_.get(), chunk.data(), chunk.size());
      if (size <= 0) return text;
      text.append(chunk.data(), static_cast<std::size_t>(size));
    }
  }

  // Reads on until `text` has come.
  std::string read_until(const std::string& text) const {
    std::string all;
    const auto limit = steady_clock::now() + std::chrono::seconds(20);
    while (!all.contains(text) && steady_clock::now() < limit) {
      all += read();
      std::this_thread::yield();
    }
    return all;
  }

 private:
  static std::filesystem::path folder() {
    std::string name = (std::filesystem::temp_directory_path() / "postern-log-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    return name;
  }

  std::filesystem::path path_;
  net::Descriptor reader_;
};

std::string tell(std::uint64_t lines) { return "lost " + std::to_string(lines); }

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What a line looks like that is long enough to fill a pipe soon.
std::string numbered(std::size_t number) {
  return std::to_string(number) + ' ' + std::string(500, 'x');
}

}  // namespace

TEST_CASE("what several threads say comes whole, and in each one's order") {
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kLines = 1'000;
  Pipe pipe;
  std::string text;
  {
    LogWriter writer(LogTarget::open(pipe.path()).value(), tell, kThreads * kLines);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < kThreads; ++i) {
      threads.emplace_back([&writer, i] {
        for (std::size_t n = 0; n < kLines; ++n) {
          writer.put(std::to_string(i) + ' ' + std::to_string(n));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(writer.lost() == 0);
  }
  text = pipe.read();
  std::array<std::size_t, kThreads> next{};
  for (const std::string& line : lines_of(text)) {
    std::istringstream words(line);
    std::size_t thread = kThreads;
    std::size_t number = kLines;
    words >> thread >> number;
    REQUIRE(thread < kThreads);
    REQUIRE(number == next.at(thread)++);
  }
  for (const std::size_t count : next) CHECK(count == kLines);
}

TEST_CASE("nobody waits for a pipe that nobody reads; what was lost is said once it is read") {
  constexpr std::size_t kRoom = 64;
  constexpr std::size_t kLines = 2'000;  // a pipe holds about 130 of them
  Pipe pipe;
  LogWriter writer(LogTarget::open(pipe.path()).value(), tell, kRoom);
  for (std::size_t n = 0; n < kLines; ++n) writer.put(numbered(n));
  CHECK(writer.lost() > 0);

  const std::string text = pipe.read_until(numbered(kLines - 1) + '\n');
  std::uint64_t lost = 0;
  std::size_t whole = 0;
  std::size_t next = 0;
  for (const std::string& line : lines_of(text)) {
    if (line.starts_with("lost ")) {
      lost += std::stoull(line.substr(5));
      continue;
    }
    const std::size_t number = std::stoull(line);
    CHECK(number >= next);
    CHECK(line == numbered(number));
    next = number + 1;
    ++whole;
  }
  CHECK(whole + lost == kLines);
  CHECK(lost == writer.lost());
}

TEST_CASE("a pipe that nobody reads does not hold up the end") {
  Pipe pipe;
  const auto begun = steady_clock::now();
  {
    LogWriter writer(LogTarget::open(pipe.path()).value(), tell);
    for (std::size_t n = 0; n < 2 * LogWriter::kRoom; ++n) writer.put(numbered(n));
  }
  CHECK(steady_clock::now() - begun < LogWriter::kLastWait + std::chrono::seconds(5));
  // Each line is whole, or ends where the pipe was full; none runs into another.
  const auto lines = lines_of(pipe.read());
  REQUIRE(lines.size() > 10);
  for (const std::string& line : lines) {
    if (line.starts_with("lost ")) continue;  // the writer's thread was late
    CHECK(numbered(std::stoull(line)).starts_with(line));
  }
}

TEST_CASE("a reader that has gone, and a full disk, cost lines and nothing else") {
  Pipe pipe;
  const std::string path = GENERATE_REF(as<std::string>(), pipe.path(), "/dev/full");
  LogWriter writer(LogTarget::open(path).value(), tell);
  pipe.leave();
  for (int n = 0; n < 10; ++n) writer.put("nobody reads this");
  const auto limit = steady_clock::now() + std::chrono::seconds(20);
  while (writer.lost() < 10 && steady_clock::now() < limit) std::this_thread::yield();
  CHECK(writer.lost() == 10);

  // A disk that has room again, in the way of this test.
  const std::string good = pipe.path() + ".log";
  writer.use(LogTarget::open(good).value());
  writer.put("somebody reads this");
  while (!content(good).contains("somebody") && steady_clock::now() < limit) {
    std::this_thread::yield();
  }
  CHECK(content(good) == "lost 10\nsomebody reads this\n");
}

TEST_CASE("the target changes while the old one takes nothing") {
  Pipe pipe;
  const std::string file = pipe.path() + ".log";
  {
    LogWriter writer(LogTarget::open(pipe.path()).value(), tell);
    for (std::size_t n = 0; n < 1'000; ++n) writer.put(numbered(n));
    writer.use(LogTarget::open(file).value());
    writer.put("the last");
  }
  const std::string text = content(file);
  CHECK(text.ends_with(numbered(999) + "\nthe last\n"));
}

TEST_CASE("a file is made with its folders, and written on") {
  Pipe pipe;
  const std::string file = pipe.path() + ".d/a/b.log";
  for (int n = 0; n < 2; ++n) {
    LogWriter writer(LogTarget::open(file).value(), tell);
    writer.put("once");
  }
  CHECK(content(file) == "once\nonce\n");
  CHECK_FALSE(LogTarget::open(file + "/c"));
  CHECK_FALSE(LogTarget::open("/proc/nothing/here"));
}

}  // namespace postern::admin
