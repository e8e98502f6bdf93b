// SPDX-License-Identifier: Apache-2.0
#include "tls/ticket_keys.hpp"

#include <openssl/mem.h>
#include <openssl/rand.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "tls/ticket_ring.hpp"

namespace postern::tls {
namespace {

std::shared_ptr<const TicketKeys::Ring> fresh_ring(TicketKeys::TimePoint now) {
  std::vector<TicketKey> keys;
  keys.reserve(1);
  keys.push_back(TicketKey::random(now));
  return std::make_shared<const TicketKeys::Ring>(std::move(keys));
}

}  // namespace

TicketKey::~TicketKey() {
  OPENSSL_cleanse(cipher.data(), cipher.size());
  OPENSSL_cleanse(mac.data(), mac.size());
}

TicketKey TicketKey::random(TicketKeys::TimePoint now) {
  TicketKey key;
  key.made = now;
  RAND_bytes(key.name.data(), key.name.size());
  RAND_bytes(key.cipher.data(), key.cipher.size());
  RAND_bytes(key.mac.data(), key.mac.size());
  return key;
}

std::vector<TicketKey> TicketKeys::Ring::next(TimePoint now) const {
  std::vector<TicketKey> keys;
  // Reserved, so that growing leaves no copy of a key behind.
  keys.reserve(kGenerations);
  keys.push_back(TicketKey::random(now));
  for (const TicketKey& key : keys_) {
    if (keys.size() < kGenerations && now - key.made < kPeriod * kGenerations) {
      keys.push_back(key);
    }
  }
  return keys;
}

const TicketKey* TicketKeys::Ring::find(std::span<const std::uint8_t> name) const noexcept {
  const auto found = std::ranges::find_if(
      keys_, [name](const TicketKey& key) { return std::ranges::equal(key.name, name); });
  return found == keys_.end() ? nullptr : &*found;
}

// A lock rather than std::atomic<std::shared_ptr>: libstdc++ 12 builds that of a lock bit which
// ThreadSanitizer cannot follow. It is taken at handshakes only.
struct TicketKeys::State {
  mutable std::mutex mutex;
  std::shared_ptr<const Ring> ring;
  bool shared = false;  // it is of a file
};

TicketKeys::TicketKeys(TimePoint now) : state_(std::make_unique<State>()) {
  state_->ring = fresh_ring(now);
}

TicketKeys::~TicketKeys() = default;

bool TicketKeys::rotate(TimePoint now) {
  const std::lock_guard lock(state_->mutex);
  if (state_->shared || now - state_->ring->sealing().made < Ring::kPeriod) {
    return false;
  }
  state_->ring = std::make_shared<const Ring>(state_->ring->next(now));
  return true;
}

void TicketKeys::use(std::shared_ptr<const Ring> shared, TimePoint now) {
  const std::lock_guard lock(state_->mutex);
  if (shared != nullptr) {
    state_->ring = std::move(shared);
    state_->shared = true;
  } else if (std::exchange(state_->shared, false)) {
    state_->ring = fresh_ring(now);
  }
}

void TicketKeys::inherit(std::shared_ptr<const Ring> ring) {
  const std::lock_guard lock(state_->mutex);
  state_->ring = std::move(ring);
  state_->shared = false;
}

bool TicketKeys::is_shared() const {
  const std::lock_guard lock(state_->mutex);
  return state_->shared;
}

std::shared_ptr<const TicketKeys::Ring> TicketKeys::ring() const {
  const std::lock_guard lock(state_->mutex);
  return state_->ring;
}

}  // namespace postern::tls
