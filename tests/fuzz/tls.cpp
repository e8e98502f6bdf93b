// SPDX-License-Identifier: Apache-2.0
// The TLS engine with a real client, and between them somebody who flips, drops, doubles and adds
// bytes on the way to the engine. What the engine hands out is what the client said, from the
// beginning, or less; and what nobody touched arrives whole.
#include <array>
#include <string>
#include <string_view>

#include "tests/fuzz/input.hpp"
#include "tests/fuzz/promise.hpp"
#include "tests/support/tls_pair.hpp"

namespace {

using postern::fuzz::Input;
using postern::fuzz::promise;
using postern::testing::ServerEnd;
using postern::testing::Step;
using postern::testing::TestServer;
using postern::testing::TlsClient;
using postern::testing::TlsClientOptions;
using postern::tls::Progress;

TlsClientOptions options_from(Input& input) {
  TlsClientOptions options;
  const std::size_t version = input.below(3);
  if (version == 0) options.max_version = postern::testing::kTls12;
  if (version == 1) options.min_version = postern::testing::kTls13;
  if (input.below(2) == 1) options.alpn = {"pop3"};
  if (input.below(2) == 1) options.sni = "pop.example.com";
  return options;
}

class Link {
 public:
  explicit Link(Input& input)
      : input_(input), client_(options_from(input)), server_(context(), sink(), piece()) {}

  void run() {
    for (int step = 0; step < 200 && !input_.empty(); ++step) {
      act();
      exchange();
      check();
    }
    if (!touched_) settle();
  }

 private:
  static const std::shared_ptr<const postern::tls::ServerContext>& context() {
    static const TestServer server;
    static const auto made = server.context();
    return made;
  }

  std::size_t sink() {
    constexpr std::array<std::size_t, 4> kSizes = {65'536, 1000, 64, 1};
    return kSizes[input_.below(kSizes.size())];
  }

  std::size_t piece() {
    constexpr std::array<std::size_t, 4> kSizes = {ServerEnd::kWhole, 100, 7, 1};
    return kSizes[input_.below(kSizes.size())];
  }

  void act() {
    const bool ready = shaken_ && !client_failed_ && !client_closed_;
    switch (input_.below(6)) {
      case 0:
        if (ready) say();
        return;
      case 1:
        if (server_ready()) answer();
        return;
      case 2:
        if (ready) SSL_key_update(client_.ssl(), SSL_KEY_UPDATE_REQUESTED);
        return;
      case 3:
        if (ready && input_.below(8) == 0) close_client();
        return;
      default:
        return;
    }
  }

  void say() {
    const std::string text(1 + input_.below(2000), 'c');
    client_.write(text);
    said_ += text;
  }

  void answer() {
    const std::string text(1 + input_.below(20'000), 's');
    if (server_.write(text) == Progress::kDone) answered_ += text;
  }

  void close_client() {
    client_.close();
    client_closed_ = true;
  }

  // One flight of the client through the hands of whoever sits between, and one back.
  void exchange() {
    if (!client_failed_) note(shaken_ ? client_.read() : client_.handshake());
    std::string flight = client_.take();
    if (!flight.empty() && input_.below(4) == 3) touch(flight);
    server_.feed(flight);
    if (!failed_ && !server_over_) note(established() ? server_.read() : server_.handshake());
    if (!failed_ && !server_over_ && established()) note(server_.read());
    client_.feed(server_.take());
  }

  void note(Step step) {
    client_failed_ = step == Step::kFailed;
    shaken_ = shaken_ || step == Step::kDone;
  }

  void note(Progress progress) {
    failed_ = progress == Progress::kFailed;
    server_over_ = progress == Progress::kClosed;
    promise(failed_ != server_.engine().failure().empty(), "a failure has a name");
  }

  void touch(std::string& flight) {
    touched_ = true;
    const std::size_t at = input_.below(flight.size());
    switch (input_.below(5)) {
      case 0:
        flight[at] = static_cast<char>(flight[at] ^ (1 << input_.below(8)));
        return;
      case 1:
        flight.erase(at, 1 + input_.below(64));
        return;
      case 2:
        flight.insert(at, flight.substr(0, 1 + input_.below(600)));
        return;
      case 3:
        flight.insert(at, input_.rest().substr(0, input_.below(200)));
        return;
      default:
        flight.append(kept_);
        kept_ = flight;
        return;
    }
  }

  bool established() { return server_.engine().established(); }
  bool server_ready() { return established() && !failed_ && !server_over_; }

  void check() {
    promise(said_.starts_with(server_.received), "the engine hands out what the client said");
    if (!client_failed_) {
      promise(answered_.starts_with(client_.received), "the client reads what was answered");
    }
    if (failed_) promise(server_.write("x") == Progress::kFailed, "what has failed stays failed");
  }

  // Nobody touched a byte: then everything gets there.
  void settle() {
    for (int round = 0; round < 8; ++round) exchange();
    check();
    promise(shaken_ && !failed_ && !client_failed_, "an honest client is served");
    promise(server_.received == said_, "what was said is heard");
    if (!client_closed_) promise(client_.received == answered_, "what was answered arrives");
  }

  Input& input_;
  TlsClient client_;
  ServerEnd server_;
  bool shaken_ = false;  // the client's handshake
  bool client_failed_ = false;
  bool client_closed_ = false;
  bool failed_ = false;  // the engine
  bool server_over_ = false;
  bool touched_ = false;
  std::string said_;
  std::string answered_;
  std::string kept_;  // of an earlier flight
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  Link(input).run();
  return 0;
}
