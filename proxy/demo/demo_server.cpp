// SPDX-License-Identifier: Apache-2.0
#include "proxy/demo/demo_server.hpp"

#include <array>
#include <utility>

#include "policy/must.hpp"
#include "proxy/net/stream.hpp"
#include "proxy/pop3/line_splitter.hpp"

namespace postern::demo {

class DemoServer::Client final : private net::Stream::Owner {
 public:
  Client(DemoServer& server, net::Descriptor connection)
      : server_(server), mailbox_(server.messages_), stream_(server.loop_, *this) {
    over_ = stream_.adopt(std::move(connection)) != 0;
    stream_.send(DemoMailbox::greeting());
    stream_.start_reading();
  }

  bool over() const noexcept { return over_; }

 private:
  static constexpr std::size_t kLineBound = 1024;

  std::span<char> lend_buffer(net::Stream&) override { return buffer_; }

  void on_bytes(net::Stream&, std::span<char> bytes) override {
    std::string_view rest(bytes.data(), bytes.size());
    pop3::Line line;
    while (!mailbox_.over() && lines_.next(rest, kLineBound, line)) {
      const bool good = line.form == pop3::LineForm::kGood;
      stream_.send(good ? mailbox_.answer(line.text) : "-ERR malformed line\r\n");
    }
    if (mailbox_.over()) end();
  }

  void on_end(net::Stream&, net::StreamEnd) override { end(); }
  void on_drained(net::Stream&) override {}
  void on_connected(net::Stream&, int) override {}

  void end() {
    over_ = true;
    server_.reaper_.ask();
  }

  DemoServer& server_;
  bool over_ = false;
  DemoMailbox mailbox_;
  pop3::LineSplitter lines_;
  std::array<char, 4096> buffer_;
  net::Stream stream_;
};

DemoServer::DemoServer()
    : stop_(loop_, [this] { loop_.stop(); }),
      reaper_(loop_, [this] { clients_.remove_if([](const auto& c) { return c->over(); }); }) {
  auto socket = net::open_listening_socket(*net::Address::parse("127.0.0.1", 0));
  policy::must(socket.has_value(), "listening on the loopback");
  net::Acceptor::Owner& owner = *this;
  acceptor_ = std::make_unique<net::Acceptor>(loop_, *std::move(socket), owner);
  thread_ = std::thread([this] { loop_.run(); });
}

DemoServer::~DemoServer() {
  stop_.signal();
  thread_.join();
}

void DemoServer::on_accept(net::Acceptor&, net::Descriptor connection, const net::Address&) {
  clients_.push_back(std::make_unique<Client>(*this, std::move(connection)));
}

// Out of descriptors, in a demonstration: it ends here rather than spin.
void DemoServer::on_accept_failed(net::Acceptor& acceptor, std::error_code) { acceptor.pause(); }

}  // namespace postern::demo
