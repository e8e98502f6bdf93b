// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/control_call.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "proxy/admin/control_frame.hpp"
#include "proxy/net/local_socket.hpp"

namespace postern::admin {
namespace {

std::string words_for(int error) {
  switch (error) {
    case ENOENT:
    case ECONNREFUSED:
      return "no postern is running there";
    case EACCES:
      return "permission denied: root, the user of the process and members of the socket's group "
             "may speak there";
    default:
      return std::generic_category().message(error);
  }
}

}  // namespace

std::expected<ControlCall, std::string> ControlCall::to(const std::string& path) {
  auto socket = net::call_local(path);
  if (!socket) return std::unexpected(words_for(socket.error()));
  return ControlCall(*std::move(socket));
}

std::expected<std::string, std::string> ControlCall::ask(std::string_view request,
                                                         std::chrono::seconds patience) {
  const auto begun = std::chrono::steady_clock::now();
  // Whoever is refused may have been told so before it has said anything.
  const bool said = say(framed(request), begun + patience);
  auto reply = hear(begun + patience);
  if (!reply && reply.error().empty()) {
    return std::unexpected(said ? "the process did not answer in time"
                                : "the process did not take the request");
  }
  return reply;
}

std::expected<std::string, std::string> ControlCall::next(std::chrono::seconds patience) {
  auto reply = hear(std::chrono::steady_clock::now() + patience);
  if (!reply && reply.error().empty()) return std::unexpected("the process says no more");
  return reply;
}

void ControlCall::hang_up() const noexcept { ::shutdown(socket_.get(), SHUT_RDWR); }

// No words: it was not in time.
std::expected<std::string, std::string> ControlCall::hear(Deadline deadline) {
  std::array<char, 65'536> buffer;
  for (;;) {
    std::string_view bytes = early_;
    const FrameReader::State state = reader_.feed(bytes);
    early_ = std::string(bytes);
    if (state == FrameReader::State::kWhole) return reader_.take();
    if (state == FrameReader::State::kTooLong) {
      return std::unexpected("what answers there is no postern");
    }
    if (!wait_for(POLLIN, deadline)) return std::unexpected(std::string());
    const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count <= 0) return std::unexpected("the process hung up before it had answered");
    early_.assign(buffer.data(), static_cast<std::size_t>(count));
  }
}

bool ControlCall::wait_for_end(std::chrono::seconds patience) {
  const Deadline deadline = std::chrono::steady_clock::now() + patience;
  std::array<char, 256> ignored;
  while (wait_for(POLLIN, deadline)) {
    const ssize_t count = ::recv(socket_.get(), ignored.data(), ignored.size(), MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) return true;
  }
  return false;
}

bool ControlCall::say(std::string_view bytes, Deadline deadline) const {
  while (!bytes.empty()) {
    if (!wait_for(POLLOUT, deadline)) return false;
    const ssize_t count =
        ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool ControlCall::wait_for(short event, Deadline deadline) const {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd one{.fd = socket_.get(), .events = event, .revents = 0};
    const int ready = ::poll(&one, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

}  // namespace postern::admin
