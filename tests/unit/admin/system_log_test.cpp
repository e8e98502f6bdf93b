// SPDX-License-Identifier: Apache-2.0
// The system's own logs: what they are sent, and that nobody waits for them.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>
#include <regex>
#include <string>

#include "proxy/admin/log_entry.hpp"
#include "proxy/admin/log_socket.hpp"
#include "proxy/admin/log_target.hpp"
#include "proxy/admin/system_log_forms.hpp"

namespace postern::admin {
namespace {

using Catch::Contains;
using conf::LogFormat;
using conf::LogLevel;
using Sent = LogSocket::Sent;

std::string line_of(LogFormat format, LogLevel level, std::string_view user) {
  LogEntry entry(format, "2026-11-23T15:33:21.042Z", level, "session");
  entry.add("sid", "8K3Q").add("rip", "192.0.2.1").add_user(user).add("login_dur", "0.1");
  return entry.finish("closed");
}

// A daemon that reads when it is told to.
class Daemon {
 public:
  Daemon() {
    std::string folder = std::filesystem::temp_directory_path() / "postern-daemon-XXXXXX";
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    path_ = folder + "/log";
    start();
  }
  ~Daemon() { std::filesystem::remove_all(std::filesystem::path(path_).parent_path()); }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  void start() {
    socket_ = net::Descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    path_.copy(name.sun_path, sizeof name.sun_path - 1);
    REQUIRE(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
  }
  void stop() {
    socket_ = net::Descriptor();
    std::filesystem::remove(path_);
  }
  /// What has come, if something has.
  std::optional<std::string> read() {
    std::string text(70'000, '\0');
    const auto size = ::recv(socket_.get(), text.data(), text.size(), MSG_DONTWAIT);
    if (size < 0) return std::nullopt;
    text.resize(static_cast<std::size_t>(size));
    return text;
  }
  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
  net::Descriptor socket_;
};

std::string as_it_is(std::string_view line) { return std::string(line); }

}  // namespace

TEST_CASE("syslog gets facility mail, the level's priority and the line") {
  struct Row {
    LogLevel level;
    const char* priority;
  };
  for (const Row& row : {Row{LogLevel::kError, "<19>"}, Row{LogLevel::kWarn, "<20>"},
                         Row{LogLevel::kInfo, "<22>"}, Row{LogLevel::kDebug, "<23>"}}) {
    for (const LogFormat format : {LogFormat::kLogfmt, LogFormat::kJson}) {
      const std::string line = line_of(format, row.level, "alice");
      const std::string sent = syslog_form(line);
      CHECK(sent.starts_with(row.priority));
      CHECK(sent.ends_with(": " + line));
      CHECK(std::regex_search(
          sent, std::regex("^<[0-9]+>[A-Z][a-z][a-z] [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} "
                           "postern\\[" +
                           std::to_string(getpid()) + "\\]: ")));
    }
  }
  CHECK(syslog_form("what is no line of ours").starts_with("<22>"));
  const std::string longest = syslog_form(std::string(20'000, 'x'));
  CHECK(longest.size() < kLongestSyslogLine + 60);
  CHECK(longest.ends_with("x…"));
}

TEST_CASE("the journal gets the line, and each of its fields by name") {
  for (const LogFormat format : {LogFormat::kLogfmt, LogFormat::kJson}) {
    const std::string line = line_of(format, LogLevel::kWarn, "al \" POSTERN_EVENT=ban");
    const std::string entry = journal_form(line);
    CHECK(entry.starts_with("MESSAGE=" + line + "\nPRIORITY=4\nSYSLOG_IDENTIFIER=postern\n"));
    CHECK_THAT(entry, Contains("\nPOSTERN_EVENT=session\n"));
    CHECK_THAT(entry, Contains("\nPOSTERN_RIP=192.0.2.1\n"));
    CHECK_THAT(entry, Contains("\nPOSTERN_USER=al \" POSTERN_EVENT=ban\n"));
    CHECK_THAT(entry, Contains("\nPOSTERN_LOGIN_DUR=0.1\n"));
    CHECK(entry.ends_with("\nPOSTERN_MSG=closed\n"));
  }
}

TEST_CASE("a value of several lines is a field of the journal, and begins no other") {
  const std::string entry =
      journal_form(line_of(LogFormat::kLogfmt, LogLevel::kInfo, "al\nPRIORITY=0"));
  const std::string length("\x0d\0\0\0\0\0\0\0", 8);
  CHECK_THAT(entry, Contains("\nPOSTERN_USER\n" + length + "al\nPRIORITY=0\n"));
}

TEST_CASE("an entry of the journal fits into a datagram") {
  const std::string entry = journal_form(std::string(200'000, 'x'));
  CHECK(entry.size() < kLongestJournalEntry);
  std::string line = "ts=2026-11-23T15:33:21Z level=info event=session";
  for (int i = 0; i < 400; ++i) line += " k" + std::to_string(i) + "=" + std::string(250, 'v');
  CHECK(journal_form(line).size() < kLongestJournalEntry + 1);
}

TEST_CASE("a daemon that is not there is told of, and one that goes away is found again") {
  CHECK(LogSocket::open("/nonexistent/log", &as_it_is).error() ==
        "/nonexistent/log: No such file or directory");
  CHECK(LogSocket::open("/" + std::string(300, 'x'), &as_it_is).error().contains("too long"));
  Daemon daemon;
  auto socket = *LogSocket::open(daemon.path(), &as_it_is);
  CHECK(socket->send("first") == Sent::kDone);
  CHECK(daemon.read() == "first");
  daemon.stop();
  CHECK(socket->send("lost") == Sent::kNotNow);
  CHECK(socket->send("lost") == Sent::kNotNow);
  socket->wait(std::chrono::milliseconds(1));
  daemon.start();
  CHECK(socket->send("second") == Sent::kDone);
  CHECK(daemon.read() == "second");
  daemon.stop();
  daemon.start();
  CHECK(socket->send("third") == Sent::kDone);
  CHECK(daemon.read() == "third");
}

TEST_CASE("a daemon that reads nothing is not waited for") {
  Daemon daemon;
  auto socket = *LogSocket::open(daemon.path(), &as_it_is);
  int sent = 0;
  while (socket->send(std::to_string(sent)) == Sent::kDone) ++sent;
  CHECK(sent > 0);
  CHECK(socket->send("more") == Sent::kNotNow);
  CHECK(daemon.read() == "0");
  socket->wait(std::chrono::seconds(10));
  CHECK(socket->send("more") == Sent::kDone);
  CHECK(socket->send(std::string(10'000'000, 'x')) == Sent::kFailed);
}

}  // namespace postern::admin
