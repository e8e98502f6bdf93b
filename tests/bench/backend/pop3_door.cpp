// SPDX-License-Identifier: Apache-2.0
#include "backend/pop3_door.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <string>
#include <string_view>

namespace postern::bench {
namespace {

constexpr std::string_view kCapabilities =
    "+OK\r\nUSER\r\nSASL PLAIN\r\nTOP\r\nUIDL\r\nRESP-CODES\r\nPIPELINING\r\n.\r\n";

class Session final : public Watched {
 public:
  Session(Poller& poller, const Mailbox& mailbox, net::Descriptor socket)
      : poller_(poller), mailbox_(mailbox), socket_(std::move(socket)) {
    poller_.add(socket_.get(), EPOLLIN, *this);
    say("+OK ready\r\n");
  }

  void on_ready(std::uint32_t events) override {
    const bool alive = (events & EPOLLOUT) != 0 ? push() && answer_all() : hear();
    if (!alive) delete this;
  }

 private:
  bool hear() {
    std::array<char, 4'096> buffer;
    const ssize_t count = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count <= 0) return count < 0 && errno == EAGAIN;
    heard_.append(buffer.data(), static_cast<std::size_t>(count));
    return answer_all();
  }

  // Commands wait while a message is on its way.
  bool answer_all() {
    std::size_t start = 0;
    while (message_ == 0) {
      const std::size_t end = heard_.find('\n', start);
      if (end == std::string::npos) break;
      const bool alive = answer(std::string_view(heard_).substr(start, end - start));
      start = end + 1;
      if (!alive) return false;
    }
    heard_.erase(0, start);
    return true;
  }

  bool answer(std::string_view line) {
    const std::string_view verb = line.substr(0, 4);
    if (verb == "RETR") return retrieve(line.substr(5));
    if (verb == "STAT") return say("+OK " + mailbox_.totals() + "\r\n");
    if (verb == "CAPA") return say(kCapabilities);
    if (verb == "AUTH" && line.size() < 14) return say("+ \r\n");
    say("+OK\r\n");
    return verb != "QUIT";
  }

  bool say(std::string_view text) {
    const ssize_t sent = send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
    return sent == static_cast<ssize_t>(text.size());
  }

  bool retrieve(std::string_view number) {
    std::size_t message = 0;
    std::from_chars(number.data(), number.data() + number.size(), message);
    if (message < 1 || message > Mailbox::kMessages) return say("-ERR no such message\r\n");
    message_ = message;
    offset_ = 0;
    status_ = "+OK message follows\r\n";
    return push();
  }

  // Sends as much as the client takes. A small message leaves whole, in one call.
  bool push() {
    while (message_ != 0) {
      const std::string_view here = mailbox_.at(message_, offset_);
      const std::string_view next = mailbox_.at(message_, offset_ + here.size());
      if (here.empty()) {
        message_ = 0;
        break;
      }
      const ssize_t sent = put({status_, here, next});
      if (sent < 0) {
        if (errno != EAGAIN) return false;
        wait_for(EPOLLOUT);
        return true;
      }
      const auto count = static_cast<std::size_t>(sent);
      const std::size_t of_status = std::min(count, status_.size());
      status_.remove_prefix(of_status);
      offset_ += count - of_status;
    }
    wait_for(EPOLLIN);
    return true;
  }

  ssize_t put(std::array<std::string_view, 3> parts) {
    std::array<iovec, 3> vectors;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      vectors[i] = {const_cast<char*>(parts[i].data()), parts[i].size()};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = vectors.size();
    return sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
  }

  void wait_for(std::uint32_t events) {
    if (std::exchange(waiting_, events) != events) poller_.change(socket_.get(), events, *this);
  }

  Poller& poller_;
  const Mailbox& mailbox_;
  net::Descriptor socket_;
  std::uint32_t waiting_ = EPOLLIN;
  std::size_t message_ = 0;  // on its way; 0 is none
  std::size_t offset_ = 0;
  std::string_view status_;
  std::string heard_;
};

}  // namespace

Pop3Door::Pop3Door(Poller& poller, const Mailbox& mailbox)
    : door_(poller, [&poller, &mailbox](net::Descriptor taken) {
        new Session(poller, mailbox, std::move(taken));  // deletes itself at its end
      }) {}

}  // namespace postern::bench
