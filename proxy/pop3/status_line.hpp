// SPDX-License-Identifier: Apache-2.0
// The status line that a client reads where the backend said `+OK`: what RFC 1939 defines for the
// command, written anew, and none of the backend's own words, which may name the inside.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proxy/pop3/line_splitter.hpp"
#include "proxy/pop3/transaction.hpp"

namespace postern::pop3 {

/// Whether the answer to UIDL for one message says anything that may go on as it stands. A client
/// knows its messages by these bytes, and compares them with those in the list, which is not
/// touched either: whatever a server takes for an id, in both it is the same.
bool tells_id(const Line& line) noexcept;

class StatusLine {
 public:
  /// `line` is the backend's, without its end. The numbers of STAT, LIST and RETR are kept, and the
  /// tag of LANG. Where they are missing or malformed and a client could not do without them, the
  /// line is an `-ERR`.
  StatusLine(Request request, std::string_view line) noexcept;

  /// With its CRLF.
  std::string_view text() const noexcept { return {text_.data(), size_}; }

 private:
  void add(std::string_view text) noexcept;
  bool add_counts(std::string_view words) noexcept;
  void add_language(std::string_view words) noexcept;
  void add_octets(std::string_view words) noexcept;

  std::array<char, 128> text_;
  std::size_t size_ = 0;
};

}  // namespace postern::pop3
