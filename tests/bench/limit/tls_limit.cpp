// SPDX-License-Identifier: Apache-2.0
// What TLS alone costs a server: BoringSSL in memory, no socket, no protocol above it. Only the
// server's side of each step is timed.
//
//     tls-limit CERT_FILE KEY_FILE        prints microseconds a session and seconds a GiB as JSON
#include <openssl/ssl.h>
#include <time.h>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "limit/memory_pipe.hpp"
#include "wire/fatal.hpp"

namespace postern::bench {
namespace {

// As much as a turn of a server takes, so that both meet the same machine.
constexpr int kSessions = 300;
constexpr std::size_t kPartOfGiB = 16;
constexpr std::size_t kBytes = (std::size_t{1} << 30U) / kPartOfGiB;
constexpr std::size_t kRecord = 16'384;
// As in the sessions that the load generator has with a server.
constexpr std::array<std::string_view, 4> kCommands = {"USER alice\r\n", "PASS correct horse\r\n",
                                                       "STAT\r\n", "QUIT\r\n"};
constexpr std::string_view kReply = "+OK 4 105976832\r\n";

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

bssl::UniquePtr<SSL_SESSION> ticket;

int keep_ticket(SSL*, SSL_SESSION* session) {
  ticket.reset(session);
  return 1;
}

bssl::UniquePtr<SSL_CTX> new_context() {
  bssl::UniquePtr<SSL_CTX> context(SSL_CTX_new(TLS_method()));
  const bool ok = context && SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION) == 1 &&
                  SSL_CTX_set1_curves_list(context.get(), "X25519") == 1;
  if (!ok) fatal("SSL_CTX_new");
  return context;
}

bssl::UniquePtr<SSL_CTX> server_context(const char* cert_file, const char* key_file) {
  auto context = new_context();
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 1);
  const bool ok = SSL_CTX_use_certificate_chain_file(context.get(), cert_file) == 1 &&
                  SSL_CTX_use_PrivateKey_file(context.get(), key_file, SSL_FILETYPE_PEM) == 1;
  if (!ok) fatal("the certificate cannot be used");
  return context;
}

bssl::UniquePtr<SSL_CTX> client_context() {
  auto context = new_context();
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT);
  SSL_CTX_sess_set_new_cb(context.get(), keep_ticket);
  return context;
}

class Session {
 public:
  Session(SSL_CTX* server, SSL_CTX* client, bool resume) {
    const double begun = cpu_seconds();
    server_.reset(SSL_new(server));
    attach(server_.get(), server_end_);
    SSL_set_accept_state(server_.get());
    spent_ += cpu_seconds() - begun;
    client_.reset(SSL_new(client));
    attach(client_.get(), client_end_);
    SSL_set_connect_state(client_.get());
    if (resume) SSL_set_session(client_.get(), ticket.get());
    shake_hands();
    if (resume != (SSL_session_reused(client_.get()) == 1)) fatal("not resumed as it should be");
  }

  /// The replies and commands of a short session.
  void converse() {
    reply();
    for (const std::string_view command : kCommands) {
      SSL_write(client_.get(), command.data(), static_cast<int>(command.size()));
      hear();
      reply();
    }
    const double begun = cpu_seconds();
    SSL_shutdown(server_.get());
    server_.reset();
    spent_ += cpu_seconds() - begun;
  }

  void seal(std::size_t bytes) {
    const std::string record(kRecord, 'x');
    to_client_.discards = true;
    const double begun = cpu_seconds();
    for (std::size_t done = 0; done < bytes; done += kRecord) {
      if (SSL_write(server_.get(), record.data(), kRecord) != kRecord) fatal("SSL_write");
    }
    spent_ += cpu_seconds() - begun;
  }

  /// CPU time of the server's side.
  double spent() const noexcept { return spent_; }

 private:
  void shake_hands() {
    while (SSL_in_init(server_.get()) == 1 || SSL_in_init(client_.get()) == 1) {
      SSL_do_handshake(client_.get());
      const double begun = cpu_seconds();
      SSL_do_handshake(server_.get());
      spent_ += cpu_seconds() - begun;
    }
  }

  void reply() {
    const double begun = cpu_seconds();
    SSL_write(server_.get(), kReply.data(), static_cast<int>(kReply.size()));
    spent_ += cpu_seconds() - begun;
    if (SSL_read(client_.get(), heard_.data(), static_cast<int>(heard_.size())) <= 0)
      fatal("no reply");
  }

  void hear() {
    const double begun = cpu_seconds();
    const int count = SSL_read(server_.get(), heard_.data(), static_cast<int>(heard_.size()));
    spent_ += cpu_seconds() - begun;
    if (count <= 0) fatal("no command");
  }

  MemoryPipe to_server_;
  MemoryPipe to_client_;
  MemoryEnd server_end_{to_server_, to_client_};
  MemoryEnd client_end_{to_client_, to_server_};
  std::array<char, 1'024> heard_;
  bssl::UniquePtr<SSL> server_;
  bssl::UniquePtr<SSL> client_;
  double spent_ = 0;
};

double microseconds_a_session(SSL_CTX* server, SSL_CTX* client, bool resume) {
  double spent = 0;
  for (int i = 0; i < kSessions; ++i) {
    Session session(server, client, resume);
    session.converse();
    spent += session.spent();
  }
  return spent / kSessions * 1e6;
}

}  // namespace
}  // namespace postern::bench

int main(int count, char** arguments) {
  using namespace postern::bench;
  if (count != 3) fatal("usage: tls-limit CERT_FILE KEY_FILE");
  const auto server = server_context(arguments[1], arguments[2]);
  const auto client = client_context();
  const double full = microseconds_a_session(server.get(), client.get(), false);
  const double resumed = microseconds_a_session(server.get(), client.get(), true);
  Session session(server.get(), client.get(), false);
  const double before = session.spent();
  session.seal(kBytes);
  std::printf("{\"session_us\": %.2f, \"resumed_us\": %.2f, \"gib_s\": %.4f}\n", full, resumed,
              (session.spent() - before) * static_cast<double>(kPartOfGiB));
}
