// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/secret.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace postern::pop3 {

void wipe(char* data, std::size_t size) noexcept { explicit_bzero(data, size); }

void wipe(std::string& text) noexcept {
  // Short strings live inside the object and long ones on the heap; capacity() covers both.
  text.resize(text.capacity());
  wipe(text.data(), text.size());
  text.clear();
}

void reserve_wiping(std::string& text, std::size_t capacity) {
  if (capacity <= text.capacity()) return;
  std::string grown;
  grown.reserve(capacity);
  grown.append(text);
  wipe(text);  // before the swap: a short text lies in the object itself
  text.swap(grown);
}

void append_wiping(std::string& text, std::string_view more) {
  const std::size_t size = text.size() + more.size();
  if (size > text.capacity()) reserve_wiping(text, std::max(size, 2 * text.capacity()));
  text.append(more);
}

Secret Secret::taken_from(std::string& bytes) noexcept {
  Secret secret;
  secret.bytes_.swap(bytes);
  wipe(bytes);  // short strings change places, and leave their bytes in both
  return secret;
}

Secret::Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) { wipe(other.bytes_); }

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe(bytes_);
    bytes_ = std::move(other.bytes_);
    wipe(other.bytes_);
  }
  return *this;
}

}  // namespace postern::pop3
