// SPDX-License-Identifier: Apache-2.0
// What a listener serves at the moment. Sessions of all workers take it when a handshake begins,
// while another thread puts a renewed one in its place.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "tls/server_context.hpp"

namespace postern::tls {

/// Thread-safe; the lock is held for a copy of a pointer, once a handshake.
class ContextSlot {
 public:
  using Context = std::shared_ptr<const ServerContext>;

  /// Never null.
  explicit ContextSlot(Context context) : context_(std::move(context)) {}
  ContextSlot(const ContextSlot&) = delete;
  ContextSlot& operator=(const ContextSlot&) = delete;

  /// For a handshake that begins now. Whoever has it keeps it alive.
  Context current() const {
    const std::lock_guard lock(mutex_);
    return context_;
  }

  /// Handshakes that begin from now on get the new one; connections that stand keep theirs.
  void replace(Context newer) {
    // The older one may end here, which is nobody's to wait for: it goes with `newer`.
    const std::lock_guard lock(mutex_);
    context_.swap(newer);
  }

 private:
  mutable std::mutex mutex_;
  Context context_;  // never null
};

}  // namespace postern::tls
