// SPDX-License-Identifier: Apache-2.0
#include "tls/pin.hpp"

#include <openssl/base64.h>

#include <algorithm>
#include <array>

namespace postern::tls {
namespace {

// With its one sign of padding.
constexpr std::size_t kTextSize = 44;

}  // namespace

std::optional<Pin> pin_from(std::string_view text) {
  std::array<std::uint8_t, 33> bytes{};
  std::size_t size = 0;
  if (text.size() != kTextSize ||
      EVP_DecodeBase64(bytes.data(), &size, bytes.size(),
                       reinterpret_cast<const std::uint8_t*>(text.data()), text.size()) != 1 ||
      size != std::tuple_size_v<Pin>) {
    return std::nullopt;
  }
  Pin pin{};
  std::copy_n(bytes.begin(), pin.size(), pin.begin());
  // Another spelling of the same bytes is a slip.
  return pin_text(pin) == text ? std::optional(pin) : std::nullopt;
}

std::string pin_text(const Pin& pin) {
  std::array<std::uint8_t, kTextSize + 1> text{};
  EVP_EncodeBlock(text.data(), pin.data(), pin.size());
  return {text.begin(), text.begin() + kTextSize};
}

}  // namespace postern::tls
