// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/log_target.hpp"

#include <fcntl.h>
#include <sys/poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <system_error>
#include <utility>

#include "proxy/admin/system_log_forms.hpp"

namespace postern::admin {
namespace {

constexpr int kFirstDescriptor = 3;  // those before have meanings for others
constexpr ::mode_t kMode = 0666;     // as the umask allows

std::unexpected<std::string> failure(const std::string& path, const std::error_code& error) {
  return std::unexpected(path + ": " + error.message());
}

}  // namespace

std::expected<LogTarget, std::string> LogTarget::open(const std::string& name) {
  if (name == "stderr") return standard_error();
  if (name == "syslog") return system_log(kSyslogPath, &syslog_form);
  if (name == "journal") return system_log(kJournalPath, &journal_form);
  const std::filesystem::path folder = std::filesystem::path(name).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) return failure(folder.string(), error);
  // A pipe that nobody reads is told at once, instead of a start that waits for a reader.
  constexpr int kFlags = O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
  net::Descriptor file(::open(name.c_str(), kFlags, kMode));
  if (!file.valid()) return failure(name, {errno, std::generic_category()});
  return LogTarget(std::move(file), Kind::kOwnFlag);
}

// O_NONBLOCK belongs to what is open, not to our number for it: set here, the shell that started us
// would find its terminal changed. So a pipe and a terminal are opened once more, where that is
// allowed; otherwise each write asks first whether there is room.
LogTarget LogTarget::standard_error() {
  struct stat status{};
  if (fstat(STDERR_FILENO, &status) != 0) return {net::Descriptor(), Kind::kShared};
  if (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)) {
    constexpr int kFlags = O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
    net::Descriptor own(::open("/proc/self/fd/2", kFlags));
    if (own.valid()) return {std::move(own), Kind::kOwnFlag};
  }
  net::Descriptor shared(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, kFirstDescriptor));
  return {std::move(shared), S_ISSOCK(status.st_mode) ? Kind::kSocket : Kind::kShared};
}

std::expected<LogTarget, std::string> LogTarget::system_log(const char* path,
                                                            LogSocket::Form form) {
  auto socket = LogSocket::open(path, form);
  if (!socket) return std::unexpected(std::move(socket.error()));
  return LogTarget(*std::move(socket));
}

bool LogTarget::is_ready(int timeout) const noexcept {
  pollfd asked{descriptor_.get(), POLLOUT, 0};
  return ::poll(&asked, 1, timeout) > 0;
}

// The first of the lines, with its end.
LogTarget::Result LogTarget::write_line(std::string_view bytes) const {
  const std::string_view line = bytes.substr(0, bytes.find('\n'));
  const Result whole{Taken::kSome, std::min(line.size() + 1, bytes.size())};
  if (line.empty()) return whole;
  switch (system_->send(line)) {
    case LogSocket::Sent::kDone:
      return whole;
    case LogSocket::Sent::kNotNow:
      return {Taken::kNotNow};
    case LogSocket::Sent::kFailed:
      return {Taken::kFailed};
  }
  std::unreachable();
}

LogTarget::Result LogTarget::write(std::string_view bytes) const {
  if (kind_ == Kind::kSystem) return write_line(bytes);
  if (!descriptor_.valid()) return {Taken::kFailed};
  const int file = descriptor_.get();
  ssize_t size = 0;
  if (kind_ == Kind::kSocket) {
    size = ::send(file, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  } else if (kind_ == Kind::kOwnFlag) {
    size = ::write(file, bytes.data(), bytes.size());
  } else {
    // A pipe that is ready has room for this much (pipe(7)).
    if (!is_ready(0)) return {Taken::kNotNow};
    size = ::write(file, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
  }
  if (size > 0) return {Taken::kSome, static_cast<std::size_t>(size)};
  const bool later = size < 0 && (errno == EAGAIN || errno == EINTR);
  return {later ? Taken::kNotNow : Taken::kFailed};
}

void LogTarget::wait(std::chrono::milliseconds most) const noexcept {
  if (kind_ == Kind::kSystem) return system_->wait(most);
  is_ready(static_cast<int>(most.count()));
}

}  // namespace postern::admin
