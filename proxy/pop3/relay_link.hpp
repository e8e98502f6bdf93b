// SPDX-License-Identifier: Apache-2.0
// A relay with its way out: what it has for the client is sent with each call, in one piece.
#pragma once

#include <string_view>

#include "proxy/pop3/outlet.hpp"
#include "proxy/pop3/relay.hpp"

namespace postern::pop3 {

class RelayLink {
 public:
  /// As for the relay.
  RelayLink(const ClientTerms& terms, const BackendTerms& backend, const policy::Facts& client,
            policy::LineEnds line_ends, policy::Habits& habits, const Outlet& outlet) noexcept
      : relay_(terms, backend, client, line_ends, &habits, &outlet) {
    habits.note(policy::Step::kLoggedIn);
  }

  /// Takes the client's lines from the front of `bytes` while they can go on; what is answered here
  /// is answered. After this and each of the next ones relay().finished() may have a reason.
  void on_client(std::string_view& bytes, Outlet& outlet);
  void on_backend(std::string_view bytes, Outlet& outlet);
  /// Each returns how the session ends.
  CloseReason on_backend_end(Outlet& outlet);
  CloseReason on_backend_overdue(Outlet& outlet);
  /// Gives the own answers that are due, if the client takes them.
  void answer(Outlet& outlet);

  bool take_capabilities_changed() noexcept { return relay_.take_capabilities_changed(); }
  const Relay& relay() const noexcept { return relay_; }

 private:
  Relay relay_;
};

}  // namespace postern::pop3
