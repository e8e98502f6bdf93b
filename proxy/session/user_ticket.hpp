// SPDX-License-Identifier: Apache-2.0
// A session's place among those of its user: taken before the backend is asked, given back when the
// login fails or the session is destroyed, whatever it ended by.
#pragma once

#include <cstdint>
#include <utility>

namespace postern::session {

class UserTicket {
 public:
  /// Whose it is, as keyed hashes.
  struct Keys {
    std::uint64_t account = 0;  // with its password, in any spelling; 0 where it shows none
    std::uint64_t name = 0;     // as the backend is told; 0 where it alone learns it
  };

  enum class Standing : std::uint8_t { kAsking, kLoggedIn };

  /// Whoever counts. Outlives its tickets; called in the thread of the session.
  class Issuer {
   public:
    virtual ~Issuer() = default;
    virtual void log_in(const Keys& keys) noexcept = 0;
    virtual void give_back(const Keys& keys, Standing standing) noexcept = 0;
  };

  /// Of nobody.
  UserTicket() noexcept = default;
  UserTicket(Issuer& issuer, const Keys& keys) noexcept : issuer_(&issuer), keys_(keys) {}
  ~UserTicket() {
    if (issuer_ != nullptr) issuer_->give_back(keys_, standing_);
  }
  UserTicket(UserTicket&& other) noexcept
      : issuer_(std::exchange(other.issuer_, nullptr)),
        keys_(other.keys_),
        standing_(other.standing_) {}
  UserTicket& operator=(UserTicket&& other) noexcept {
    std::swap(issuer_, other.issuer_);
    std::swap(keys_, other.keys_);
    std::swap(standing_, other.standing_);
    return *this;
  }

  /// The backend has taken the login. Once.
  void log_in() noexcept {
    if (issuer_ == nullptr) return;
    standing_ = Standing::kLoggedIn;
    issuer_->log_in(keys_);
  }

 private:
  Issuer* issuer_ = nullptr;
  Keys keys_;
  Standing standing_ = Standing::kAsking;
};

}  // namespace postern::session
