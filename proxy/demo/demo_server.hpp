// SPDX-License-Identifier: Apache-2.0
// The legacy server of `postern demo`: a plaintext POP3 server on the loopback, in a thread of its
// own. It stands in for the machine that nobody may touch.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <thread>
#include <vector>

#include "proxy/demo/demo_mailbox.hpp"
#include "proxy/net/acceptor.hpp"
#include "proxy/net/callback.hpp"

namespace postern::demo {

class DemoServer final : private net::Acceptor::Owner {
 public:
  /// Listens on a port of the system's choice and starts the thread.
  DemoServer();
  /// Ends the thread.
  ~DemoServer() override;

  std::uint16_t port() const noexcept { return acceptor_->address().port(); }

 private:
  class Client;

  void on_accept(net::Acceptor& acceptor, net::Descriptor connection,
                 const net::Address& peer) override;
  void on_accept_failed(net::Acceptor& acceptor, std::error_code error) override;

  net::Loop loop_;
  std::vector<DemoMessage> messages_ = demo_messages();
  net::Wakeup stop_;
  net::TurnEnd reaper_;
  std::unique_ptr<net::Acceptor> acceptor_;
  std::list<std::unique_ptr<Client>> clients_;
  std::thread thread_;
};

}  // namespace postern::demo
