// SPDX-License-Identifier: Apache-2.0
// What a connection to a backend takes up for as long as it is there: one of the backend's places,
// and one more at its address.
#pragma once

#include "proxy/upstream/address_state.hpp"
#include "proxy/upstream/places.hpp"

namespace postern::upstream {

struct Seat {
  Place place;
  Hold hold;

  /// The connection is closed.
  void release() noexcept {
    hold.release();
    place.release();
  }
};

}  // namespace postern::upstream
