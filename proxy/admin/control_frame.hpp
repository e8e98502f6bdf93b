// SPDX-License-Identifier: Apache-2.0
// How requests and replies travel over the control socket: the length in four bytes, in network
// order, and so many bytes of JSON.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::admin {

/// The most bytes of JSON that a request may have, and a reply.
inline constexpr std::size_t kMostRequest = std::size_t{64} << 10;
inline constexpr std::size_t kMostReply = std::size_t{8} << 20;

/// `json` has at most kMostReply bytes.
std::string framed(std::string_view json);

/// Puts one frame after the other together, from whatever pieces.
class FrameReader {
 public:
  enum class State {
    kMore,     // a part of a frame, or nothing
    kWhole,    // take() has it
    kTooLong,  // it says that it has more than the most; nothing after it is understood
  };

  explicit FrameReader(std::size_t most) noexcept : most_(most) {}

  /// Takes from the front of `bytes` what belongs to the frame. Only what has come is kept, however
  /// much was announced.
  State feed(std::string_view& bytes);
  /// What is in the frame, after kWhole; the next one begins.
  std::string take();
  /// Whether a part of a frame has come.
  bool has_begun() const noexcept { return !length_.empty(); }

 private:
  std::size_t size() const noexcept;

  std::size_t most_;
  std::string length_;  // four bytes, once they are there
  std::string body_;
};

}  // namespace postern::admin
