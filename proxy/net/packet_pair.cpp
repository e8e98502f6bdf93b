// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/packet_pair.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace postern::net {
namespace {

// Room for one descriptor; the kernel closes what does not fit.
struct Attached {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> bytes{};
};

// Reading and parsing a file takes a thousandth of it.
constexpr int kPatience = 5'000;  // milliseconds

// Returns 0 or errno.
int wait_for(const Descriptor& socket, short events) noexcept {
  pollfd one{socket.get(), events, 0};
  for (;;) {
    const int ready = ::poll(&one, 1, kPatience);
    if (ready > 0) return 0;
    if (ready == 0) return ETIMEDOUT;
    if (errno != EINTR) return errno;
  }
}

int flags_of(Wait wait) noexcept {
  switch (wait) {
    case Wait::kBlocks:
      return 0;
    case Wait::kSeconds:
    case Wait::kNever:
      return MSG_DONTWAIT;
  }
  return 0;
}

Descriptor attached_to(msghdr& message) noexcept {
  for (cmsghdr* one = CMSG_FIRSTHDR(&message); one != nullptr; one = CMSG_NXTHDR(&message, one)) {
    if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SCM_RIGHTS) continue;
    int number = -1;
    std::memcpy(&number, CMSG_DATA(one), sizeof number);
    return Descriptor(number);
  }
  return {};
}

}  // namespace

std::optional<Pair> new_pair() noexcept {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return std::nullopt;
  }
  return Pair{Descriptor(ends[0]), Descriptor(ends[1])};
}

int send_packet(const Descriptor& socket, std::string_view packet, int descriptor,
                Wait wait) noexcept {
  iovec part{const_cast<char*>(packet.data()), packet.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  Attached attached;
  if (descriptor >= 0) {
    message.msg_control = attached.bytes.data();
    message.msg_controllen = attached.bytes.size();
    cmsghdr* const head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(head), &descriptor, sizeof descriptor);
  }
  if (wait == Wait::kSeconds) {
    if (const int late = wait_for(socket, POLLOUT); late != 0) return late;
  }
  while (::sendmsg(socket.get(), &message, MSG_NOSIGNAL | flags_of(wait)) < 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

Received receive_packet(const Descriptor& socket, std::span<char> buffer, Wait wait) noexcept {
  const auto failed = [](int error) {
    return Received{.error = error, .packet = {}, .descriptor = {}};
  };
  iovec part{buffer.data(), buffer.size()};
  Attached attached;
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = attached.bytes.data();
  message.msg_controllen = attached.bytes.size();
  if (wait == Wait::kSeconds) {
    if (const int late = wait_for(socket, POLLIN); late != 0) return failed(late);
  }
  ssize_t size = 0;
  do {
    size = ::recvmsg(socket.get(), &message, MSG_CMSG_CLOEXEC | flags_of(wait));
  } while (size < 0 && errno == EINTR);
  if (size < 0) return failed(errno);
  Received received{0, {buffer.data(), static_cast<std::size_t>(size)}, attached_to(message)};
  if ((message.msg_flags & MSG_TRUNC) != 0) received.error = EMSGSIZE;
  return received;
}

}  // namespace postern::net
