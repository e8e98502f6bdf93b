// SPDX-License-Identifier: Apache-2.0
// A backend with TLS on a loopback port: from the first byte or by STLS, honest or not. It serves
// when the test lets it, and remembers what it was told, in clear and under TLS.
#pragma once

#include <sys/socket.h>

#include <array>
#include <catch2/catch.hpp>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "conf/endpoint.hpp"
#include "proxy/net/address.hpp"
#include "proxy/net/descriptor.hpp"
#include "tests/support/tls_pair.hpp"

namespace postern::testing {

class SecureBackend {
 public:
  struct Script {
    conf::BackendTls way = conf::BackendTls::kStls;
    std::string greeting = "+OK ready <1.2@host>\r\n";
    std::string answer = "+OK begin\r\n";  // to STLS; TLS follows where it begins with "+OK"
    std::string behind = {};               // in clear, once the client's hello has come
    std::string unasked = {};              // under TLS, together with the end of the handshake
    bool leaves_at_hello = false;
  };

  SecureBackend(std::shared_ptr<const tls::ServerContext> context, Script script)
      : context_(std::move(context)),
        script_(std::move(script)),
        listening_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    const net::Address any = *net::Address::parse("127.0.0.1", 0);
    REQUIRE(::bind(listening_.get(), any.raw(), any.size()) == 0);
    REQUIRE(::listen(listening_.get(), 8) == 0);
  }

  conf::Endpoint endpoint() const {
    const net::Address own = *net::Address::of_socket(listening_.get());
    return {own.ip(), own.port()};
  }

  void serve() {
    net::Descriptor taken(
        ::accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (taken.valid()) {
      ++connections;
      Guest& guest = guests_.emplace_back(Guest{std::move(taken), nullptr, false, false});
      if (script_.way == conf::BackendTls::kImplicit) {
        begin_tls(guest);
      } else {
        send(guest, script_.greeting);
      }
    }
    for (Guest& guest : guests_) hear(guest);
  }

  /// Under TLS, to the guest that came last.
  void say(std::string_view text) {
    Guest& guest = guests_.back();
    guest.tls->write(text);
    send(guest, guest.tls->take());
  }
  /// The last guest's connection is gone, without close_notify.
  void leave() { guests_.pop_back(); }

  int connections = 0;
  int resumed = 0;
  std::string clear;  // what it was told before TLS
  std::string heard;  // and under it
  std::string fault;  // the client's alert

 private:
  struct Guest {
    net::Descriptor socket;
    std::unique_ptr<ServerEnd> tls;
    bool secured;
    bool gone;
  };

  void begin_tls(Guest& guest) {
    guest.tls = std::make_unique<ServerEnd>(context_, 65'536, ServerEnd::kWhole);
  }

  static void send(const Guest& guest, std::string_view bytes) {
    if (bytes.empty()) return;
    static_cast<void>(::send(guest.socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }

  void hear(Guest& guest) {
    std::array<char, 8192> bytes;
    const ssize_t count = ::recv(guest.socket.get(), bytes.data(), bytes.size(), 0);
    if (count <= 0 || guest.gone) return;
    const std::string_view text(bytes.data(), static_cast<std::size_t>(count));
    guest.tls ? hear_tls(guest, text) : hear_clear(guest, text);
  }

  void hear_clear(Guest& guest, std::string_view text) {
    clear += text;
    if (text != "STLS\r\n") return;
    if (script_.answer.starts_with("+OK")) begin_tls(guest);
    send(guest, script_.answer);
  }

  void hear_tls(Guest& guest, std::string_view text) {
    if (script_.leaves_at_hello) {
      guest.gone = true;
      guest.socket.reset();
      return;
    }
    if (!script_.behind.empty()) return send(guest, script_.behind);
    guest.tls->feed(text);
    if (!guest.secured) shake_hands(guest);
    if (!guest.secured) return;
    guest.tls->read();
    heard += std::exchange(guest.tls->received, {});
    send(guest, guest.tls->take());
  }

  void shake_hands(Guest& guest) {
    const tls::Progress progress = guest.tls->handshake();
    guest.secured = progress == tls::Progress::kDone;
    if (progress == tls::Progress::kFailed) fault = guest.tls->engine().failure();
    if (guest.secured) {
      resumed += guest.tls->engine().agreement().resumed ? 1 : 0;
      if (script_.way == conf::BackendTls::kImplicit) guest.tls->write(script_.greeting);
      if (!script_.unasked.empty()) guest.tls->write(script_.unasked);
    }
    send(guest, guest.tls->take());
  }

  std::shared_ptr<const tls::ServerContext> context_;
  Script script_;
  net::Descriptor listening_;
  std::list<Guest> guests_;
};

}  // namespace postern::testing
