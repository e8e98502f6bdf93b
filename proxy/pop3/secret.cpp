#include "proxy/pop3/secret.hpp"

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
