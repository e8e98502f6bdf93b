// SPDX-License-Identifier: Apache-2.0
#include "proxy/transport/opening.hpp"

#include <cstring>

namespace postern::transport {

Opening::~Opening() { explicit_bzero(bytes_.data(), bytes_.size()); }

void Opening::note(std::span<const char> bytes) noexcept {
  const std::string_view text(bytes.data(), bytes.size());
  const std::size_t taken = text.copy(bytes_.data() + size_, bytes_.size() - size_);
  size_ = static_cast<std::uint8_t>(size_ + taken);
}

bool Opening::foreign() const noexcept {
  constexpr char kHandshakeRecord = 22;  // RFC 8446 section 5.1
  return size_ != 0 && bytes_.front() != kHandshakeRecord;
}

}  // namespace postern::transport
