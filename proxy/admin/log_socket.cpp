// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/log_socket.hpp"

#include <sys/poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "proxy/net/local_datagram.hpp"

namespace postern::admin {

std::expected<std::unique_ptr<LogSocket>, std::string> LogSocket::open(std::string path,
                                                                       Form form) {
  std::unique_ptr<LogSocket> opened(new LogSocket(std::move(path), form));
  const std::error_code error = opened->reach();
  if (!error) return opened;
  return std::unexpected(opened->path_ + ": " + error.message());
}

std::error_code LogSocket::reach() {
  auto fresh = net::local_datagram(path_);
  if (!fresh) return fresh.error();
  socket_ = *std::move(fresh);
  return {};
}

// A daemon that is started anew has another socket under the same name.
LogSocket::Sent LogSocket::send(std::string_view line) {
  constexpr int kTries = 2;
  const std::string bytes = form_(line);
  for (int tried = 0; tried < kTries; ++tried) {
    if (!socket_.valid() && reach()) return Sent::kNotNow;
    if (::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) {
      return Sent::kDone;
    }
    if (errno == EAGAIN || errno == EINTR) return Sent::kNotNow;
    if (errno == EMSGSIZE) return Sent::kFailed;
    socket_ = net::Descriptor();
  }
  return Sent::kNotNow;
}

void LogSocket::wait(std::chrono::milliseconds most) const noexcept {
  pollfd asked{socket_.get(), POLLOUT, 0};  // a number that is not valid is only time
  ::poll(&asked, 1, static_cast<int>(most.count()));
}

}  // namespace postern::admin
