// SPDX-License-Identifier: Apache-2.0
// A session's place among those that are counted: it is given back when the session is destroyed,
// whatever it ended by.
#pragma once

#include <utility>

#include "policy/place_counts.hpp"

namespace postern::session {

class Ticket {
 public:
  /// Whoever counts. Outlives its tickets; called in the thread of the session.
  class Issuer {
   public:
    virtual ~Issuer() = default;
    virtual void give_back(const policy::Places& places) noexcept = 0;
  };

  /// Of somebody who is not counted.
  Ticket() noexcept = default;
  Ticket(Issuer& issuer, const policy::Places& places) noexcept
      : issuer_(&issuer), places_(places) {}
  ~Ticket() {
    if (issuer_ != nullptr) issuer_->give_back(places_);
  }
  Ticket(Ticket&& other) noexcept
      : issuer_(std::exchange(other.issuer_, nullptr)), places_(other.places_) {}
  Ticket& operator=(Ticket&& other) noexcept {
    std::swap(issuer_, other.issuer_);
    std::swap(places_, other.places_);
    return *this;
  }

 private:
  Issuer* issuer_ = nullptr;
  policy::Places places_{};
};

}  // namespace postern::session
