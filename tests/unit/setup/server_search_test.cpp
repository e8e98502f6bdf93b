// SPDX-License-Identifier: Apache-2.0
#include "proxy/setup/server_search.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "proxy/net/acceptor.hpp"
#include "proxy/net/address.hpp"

namespace postern::setup {
namespace {

constexpr int kPatience = 10'000;  // ms

// A server for one client, which it greets and answers until that one leaves.
class Server {
 public:
  explicit Server(std::string greeting, std::string capabilities = "")
      : greeting_(std::move(greeting)), capabilities_(std::move(capabilities)) {}
  ~Server() { ::shutdown(socket_.get(), SHUT_RDWR); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string address() const { return net::Address::of_socket(socket_.get())->text(); }

 private:
  void serve() const {
    pollfd one{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&one, 1, kPatience) != 1) return;
    const net::Descriptor client(::accept(socket_.get(), nullptr, nullptr));
    if (!client.valid()) return;
    say(client, greeting_ + "\r\n");
    std::array<char, 512> buffer;
    for (ssize_t size = 0; (size = ::recv(client.get(), buffer.data(), buffer.size(), 0)) > 0;) {
      const std::string_view command(buffer.data(), static_cast<std::size_t>(size));
      say(client, command.starts_with("CAPA") ? "+OK\r\n" + capabilities_ + ".\r\n"
                                              : std::string("+OK\r\n"));
    }
  }
  static void say(const net::Descriptor& client, const std::string& text) {
    static_cast<void>(::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL));
  }

  std::string greeting_;
  std::string capabilities_;
  net::Descriptor socket_ =
      net::open_listening_socket(*net::Address::parse("127.0.0.1", 0)).value();
  std::jthread thread_{[this] { serve(); }};
};

TEST_CASE("a server in clear is found with its greeting") {
  const Server server("+OK old server ready", "TOP\r\nUIDL\r\n");
  const auto found = ask_servers({server.address()});
  REQUIRE(found.size() == 1);
  CHECK(found[0].address == server.address());
  CHECK(found[0].tls == conf::BackendTls::kNone);
  CHECK(found[0].greeting.contains("old server ready"));
  CHECK(found[0].doubt.empty());
}

TEST_CASE("a greeting that would move a terminal's cursor is fit to be shown") {
  const Server server("+OK \x1b[2Jhello");
  const auto found = ask_servers({server.address()});
  CHECK_FALSE(found.at(0).greeting.contains('\x1b'));
  CHECK(found.at(0).greeting.contains("hello"));
}

TEST_CASE("what does not greet as POP3 does is told, each in its place") {
  const Server mail("220 mail.example.com ESMTP");
  std::string closed;
  {
    const Server gone("+OK");
    closed = gone.address();
  }
  const auto found = ask_servers({"nonsense", mail.address(), closed});
  REQUIRE(found.size() == 3);
  for (const FoundServer& one : found) {
    CHECK(one.greeting.empty());
    CHECK_FALSE(one.doubt.empty());
  }
  CHECK(found[0].doubt == "no HOST:PORT");
  CHECK(found[1].address == mail.address());
  CHECK(found[2].doubt.contains("refused"));
}

}  // namespace
}  // namespace postern::setup
