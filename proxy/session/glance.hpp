// SPDX-License-Identifier: Apache-2.0
// What an administrator sees of one session, now: whose it is, how far it has come, and how long it
// has stood still. Looking changes nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/net/address.hpp"
#include "proxy/session/session_state.hpp"

namespace postern::session {

class Session;

/// A row of a list, for somebody in another thread.
struct SessionRow {
  std::string id;
  std::string user;  // as typed; outside data
  std::string ip;
  std::uint16_t port = 0;
  std::string listener;
  std::string tls;  // "TLSv1.3"; "-" in clear, or while it begins
  State state = State::kHandshake;
  std::string client;   // the program, "unknown" as long as it is
  std::string backend;  // empty: none was needed yet
  std::string backend_address;
  std::chrono::milliseconds age{0};
  std::chrono::milliseconds idle{0};  // since something happened that counts; before the login, age
  std::uint64_t bytes_in = 0;         // of the client's wire
  std::uint64_t bytes_out = 0;
};

/// In the session's own thread, and not kept.
class Glance {
 public:
  explicit Glance(const Session& session) noexcept : session_(session) {}

  const std::string& id() const noexcept;
  const std::string& user() const noexcept;
  const net::Address& peer() const noexcept;
  std::string_view listener() const noexcept;
  State state() const noexcept;
  SessionRow row() const;

 private:
  const Session& session_;
};

}  // namespace postern::session
