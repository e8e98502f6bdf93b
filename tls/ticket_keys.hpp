// SPDX-License-Identifier: Apache-2.0
// The keys under which TLS session tickets are sealed (RFC 5077, RFC 8446 section 4.6.1). One
// keyring serves all workers and survives reloads, so that a client resumes wherever it lands.
#pragma once

#include <chrono>
#include <memory>

namespace postern::tls {

/// Thread-safe. Keys are wiped when they retire. Those of its own live in this process only; those
/// of a file are shared with other machines, which then open each other's tickets.
class TicketKeys {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// Starts with one fresh random key.
  explicit TicketKeys(TimePoint now);
  ~TicketKeys();
  TicketKeys(const TicketKeys&) = delete;
  TicketKeys& operator=(const TicketKeys&) = delete;

  /// Makes a new sealing key when the current one is older than 12 hours; the two before it still
  /// open tickets. Called now and then by the supervisor; returns whether it rotated. Keys of a
  /// file do so only when that changes.
  bool rotate(TimePoint now);

  class Ring;  // one immutable generation of keys; only tls/ sees inside

  /// From now on the keys of a file (see ticket_file.hpp); null: of its own, which are new ones if
  /// it had others.
  void use(std::shared_ptr<const Ring> shared, TimePoint now);

  /// Own ones from now on, of a process before this one.
  void inherit(std::shared_ptr<const Ring> ring);

  std::shared_ptr<const Ring> ring() const;
  /// Whether they are of a file.
  bool is_shared() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace postern::tls
