// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/http_server.hpp"

#include <civetweb.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

#include "proxy/net/acceptor.hpp"

namespace postern::admin {
namespace {

// Who says nothing, or takes nothing, has one of the threads for so long, and the next one waits.
constexpr const char* kRequestPatience = "1000";  // ms
constexpr const char* kThreads = "8";
constexpr std::chrono::seconds kLongest{3};  // for an answer to be taken
constexpr std::size_t kPiece = 16'384;

std::string_view phrase_of(int status) noexcept {
  switch (status) {
    case 200:
      return "OK";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

std::string head_of(const HttpAnswer& answer) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n"
      "X-Content-Type-Options: nosniff\r\n{}{}Connection: close\r\n\r\n",
      answer.status, phrase_of(answer.status), answer.type, answer.body.size(), answer.more_head,
      answer.status == 405 ? "Allow: GET, HEAD\r\n" : "");
}

void send(mg_connection* connection, std::string_view bytes) {
  const auto end = std::chrono::steady_clock::now() + kLongest;
  while (!bytes.empty() && std::chrono::steady_clock::now() < end) {
    const std::string_view piece = bytes.substr(0, kPiece);
    if (mg_write(connection, piece.data(), piece.size()) != static_cast<int>(piece.size())) return;
    bytes.remove_prefix(piece.size());
  }
}

// Its own complaints are about those who ask.
int keep_quiet(const mg_connection*, const char*) noexcept { return 1; }

// No TLS, so that it never looks for another library for it; no files, no programs.
void initialise_library() {
  [[maybe_unused]] static const unsigned kFeatures = mg_init_library(MG_FEATURES_DEFAULT);
}

// It does not say.
std::string why_not(const net::Address& address, const char* said) {
  const auto socket = net::open_listening_socket(address, net::Claim::kAlone);
  return socket ? std::string(said) : socket.error().message();
}

}  // namespace

std::expected<net::Address, std::string> HttpServer::start(const net::Address& address) {
  initialise_library();
  const std::string where = address.text();
  // NOLINTNEXTLINE(modernize-avoid-c-arrays): as the library takes it.
  const char* options[] = {"listening_ports",
                           where.c_str(),
                           "num_threads",
                           kThreads,
                           "request_timeout_ms",
                           kRequestPatience,
                           "enable_keep_alive",
                           "no",
                           "connection_queue",
                           "200",
                           "enable_auth_domain_check",
                           "no",
                           "max_request_size",
                           "8192",
                           nullptr};
  mg_callbacks callbacks{};
  callbacks.begin_request = on_request;
  callbacks.log_message = keep_quiet;
  mg_init_data begin{&callbacks, this, options};
  std::array<char, 256> text{};
  unsigned code = 0;
  mg_error_data error{&code, text.data(), text.size()};
  context_ = mg_start2(&begin, &error);
  if (context_ == nullptr) return std::unexpected(why_not(address, text.data()));
  mg_server_port port{};
  if (mg_get_server_ports(context_, 1, &port) != 1) {
    stop();
    return std::unexpected("its port is not known");
  }
  return *net::Address::parse(address.ip(), static_cast<std::uint16_t>(port.port));
}

void HttpServer::stop() noexcept {
  if (context_ != nullptr) mg_stop(context_);
  context_ = nullptr;
}

int HttpServer::on_request(mg_connection* connection) noexcept {
  const mg_request_info& request = *mg_get_request_info(connection);
  const auto& self = *static_cast<const HttpServer*>(request.user_data);
  const std::string_view method = request.request_method;
  const char* const path = request.local_uri;
  const HttpAnswer answer = self.answer_to(method, path == nullptr ? "" : path);
  std::string whole = head_of(answer);
  if (method != "HEAD") whole += answer.body;
  send(connection, whole);
  return answer.status;
}

HttpAnswer HttpServer::answer_to(std::string_view method, std::string_view path) const {
  if (method != "GET" && method != "HEAD") {
    return {.status = 405, .body = "only GET and HEAD are answered\n"};
  }
  const auto page = pages_.find(path);
  if (page == pages_.end()) return {.status = 404, .body = "there is no such page\n"};
  return page->second();
}

}  // namespace postern::admin
