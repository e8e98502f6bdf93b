// SPDX-License-Identifier: Apache-2.0
// How many connections to one backend there may be, over all workers, and who waits for one of
// them. A place that becomes free goes to whoever is first in the line, and nobody overtakes it.
// Thread-safe; asked once for each connection, and again when it ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "proxy/net/callback.hpp"
#include "proxy/net/loop.hpp"

namespace postern::upstream {

class Places;
class PlaceWait;
class SparePlace;

/// One of them, for as long as this lives. The places outlive it.
class Place {
 public:
  Place() noexcept = default;
  ~Place() { release(); }
  Place(Place&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
  Place& operator=(Place&& other) noexcept {
    std::swap(of_, other.of_);
    return *this;
  }

  void release() noexcept;
  explicit operator bool() const noexcept { return of_ != nullptr; }

 private:
  friend class Places;
  friend class SparePlace;
  explicit Place(Places& places) noexcept : of_(&places) {}

  Places* of_ = nullptr;
};

class Places {
 public:
  /// Who may wait at a time, checks not counted: more would wait for nothing.
  static constexpr std::size_t kMostWaiting = 1'024;

  Places() = default;
  Places(const Places&) = delete;
  Places& operator=(const Places&) = delete;

  /// From now on so many; 0 is any number. Nobody loses a place that is taken.
  void allow(std::uint32_t most);

  /// Empty when none is free.
  [[nodiscard]] Place take();

  std::uint32_t most() const;
  std::uint32_t taken() const;
  std::size_t waiting() const;

 private:
  friend class Place;
  friend class PlaceWait;
  friend class SparePlace;

  bool has_room() const noexcept { return most_ == 0 || taken_ < most_; }
  void serve();
  void ask_back();
  void give_back();

  mutable std::mutex mutex_;  // guards what follows, and what those who wait or can wait have
  std::uint32_t most_ = 0;
  std::uint32_t taken_ = 0;
  std::deque<PlaceWait*> waiting_;  // only while there is no room
  std::vector<SparePlace*> spare_;  // that were not asked for
  std::size_t asked_ = 0;           // that were, and are not back yet
};

/// In which order places are handed out.
enum class Precedence : std::uint8_t {
  kLogin,  // as they came
  kCheck,  // before all logins: whether they will succeed depends on it
};

/// Somebody in the line, until this is destroyed. What was given and not taken goes on to the next.
class PlaceWait {
 public:
  /// `given` is called in the loop's thread, never from inside a call, when there is a place to be
  /// taken. The places outlive it.
  PlaceWait(net::Loop& loop, Places& places, Precedence precedence, net::Callback given);
  ~PlaceWait();
  PlaceWait(const PlaceWait&) = delete;
  PlaceWait& operator=(const PlaceWait&) = delete;

  /// Whether it does not even wait, for too many do.
  bool is_turned_away() const noexcept { return turned_away_; }
  /// Empty as long as none was given; once.
  [[nodiscard]] Place take();

 private:
  friend class Places;

  Places& places_;
  bool turned_away_ = false;
  Place given_;
  net::Wakeup wakeup_;
};

/// A place whose holder can do without: it is asked for when somebody waits.
class SparePlace {
 public:
  /// `wanted` is called in the loop's thread, never from inside a call, at most once. There is a
  /// place.
  SparePlace(net::Loop& loop, Place place, net::Callback wanted);
  ~SparePlace() { give_back(); }
  SparePlace(const SparePlace&) = delete;
  SparePlace& operator=(const SparePlace&) = delete;

  /// It is needed from now on, and nobody else's.
  [[nodiscard]] Place take();
  void give_back();

 private:
  friend class Places;

  bool leave();

  Places& places_;
  bool was_asked_ = false;
  Place place_;
  net::Wakeup wakeup_;
};

}  // namespace postern::upstream
