// SPDX-License-Identifier: Apache-2.0
// Whoever signs with keys that are not in this process: it is asked now and answers later. Neither
// waits for the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace postern::tls {

class HeldKey;

enum class KeyUse : std::uint8_t {
  kSign,     // `bytes` is a digest, or for Ed25519 the message itself
  kDecrypt,  // RSA without padding: the key exchange of old clients
};

struct KeyQuestion {
  const HeldKey& key;
  KeyUse use = KeyUse::kSign;
  std::uint16_t scheme = 0;  // TLS SignatureScheme (RFC 8446 section 4.2.3), of a signature
  std::span<const std::uint8_t> bytes;
};

/// One question on its way. Destroying it takes the question back: nothing is called any more.
class KeyRequest {
 public:
  enum class State : std::uint8_t { kOpen, kAnswered, kRefused };
  using Callback = std::move_only_function<void()>;

  KeyRequest() = default;
  virtual ~KeyRequest() = default;
  KeyRequest(const KeyRequest&) = delete;
  KeyRequest& operator=(const KeyRequest&) = delete;

  State state() const noexcept { return state_; }
  /// The signature, or what was decrypted; once answered.
  const std::string& answer() const noexcept { return answer_; }
  /// One line for the log; once refused.
  const std::string& why() const noexcept { return answer_; }

  /// Called once, on a later turn, as soon as it is no longer open.
  void await(Callback callback) { callback_ = std::move(callback); }

  /// Bytes of the peer that came meanwhile, kept for afterwards.
  std::string& kept() noexcept { return kept_; }

  /// For whoever answers. The request may be gone when they return.
  void answer(std::string bytes) { settle(State::kAnswered, std::move(bytes)); }
  void refuse(std::string why) { settle(State::kRefused, std::move(why)); }

 private:
  void settle(State state, std::string text) {
    state_ = state;
    answer_ = std::move(text);
    // Whoever is called may destroy the request.
    if (Callback callback = std::exchange(callback_, nullptr)) callback();
  }

  State state_ = State::kOpen;
  std::string answer_;
  std::string kept_;
  Callback callback_;
};

class Signatory {
 public:
  virtual ~Signatory() = default;

  /// Never null, and never answered before it returns; perhaps refused. The question's bytes are
  /// copied, its key must outlive the request.
  [[nodiscard]] virtual std::unique_ptr<KeyRequest> ask(const KeyQuestion& question) = 0;
};

}  // namespace postern::tls
