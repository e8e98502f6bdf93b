// SPDX-License-Identifier: Apache-2.0
// A few pages for programs of the administrator, by HTTP without TLS and without a question who
// asks: for loopback. Its threads are its own, so whoever asks and does not listen to the answer
// keeps nobody waiting but others who ask, and those for a moment.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "proxy/net/address.hpp"

struct mg_connection;
struct mg_context;

namespace postern::admin {

struct HttpAnswer {
  int status = 200;
  std::string_view type = "text/plain; charset=utf-8";  // static
  std::string body = {};
  std::string_view more_head = {};  // static: whole lines, each with its CRLF
};

/// By path, "/metrics"; called in threads of the server, several at once.
using HttpPages = std::map<std::string, std::function<HttpAnswer()>, std::less<>>;

class HttpServer {
 public:
  /// Nobody is answered yet.
  explicit HttpServer(HttpPages pages) : pages_(std::move(pages)) {}
  /// Stops.
  ~HttpServer() { stop(); }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Listens there; a port of 0 is any. The address with the port that is in use, or why that
  /// cannot be. Once, and again after stop().
  [[nodiscard]] std::expected<net::Address, std::string> start(const net::Address& address);
  /// Listens no more, and waits for those who are being answered, a few seconds at most.
  void stop() noexcept;

 private:
  static int on_request(mg_connection* connection) noexcept;
  HttpAnswer answer_to(std::string_view method, std::string_view path) const;

  HttpPages pages_;
  mg_context* context_ = nullptr;  // while it listens
};

}  // namespace postern::admin
