// SPDX-License-Identifier: Apache-2.0
#include "proxy/cluster/cluster_keys.hpp"

#include <algorithm>
#include <span>

namespace postern::cluster {
namespace {

// Sealed texts are filled up to a multiple of this; the last byte says by how much.
constexpr std::size_t kBlock = 64;

// RFC 4648, section 5, without padding.
std::string base64url(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const std::uint8_t byte : bytes) {
    bits = bits << 8U | byte;
    for (count += 8; count >= 6; count -= 6) text += kDigits[bits >> (count - 6) & 63U];
  }
  if (count != 0) text += kDigits[bits << (6 - count) & 63U];
  return text;
}

tls::HashSecret derived(const tls::HashSecret& secret, std::string_view use) {
  const tls::KeyedHash hash(secret);
  tls::HashSecret key;
  const auto first = hash({"postern cluster", use, "1"});
  const auto second = hash({"postern cluster", use, "2"});
  std::ranges::copy(second, std::ranges::copy(first, key.bytes.begin()).out);
  return key;
}

}  // namespace

ClusterKeys::ClusterKeys(const tls::HashSecret& secret)
    : hash_(derived(secret, "names")), seal_(derived(secret, "seals")) {}

std::string ClusterKeys::name_of(std::initializer_list<std::string_view> parts) const {
  return base64url(hash_(parts));
}

std::uint64_t ClusterKeys::number_of(std::initializer_list<std::string_view> parts) const {
  return tls::short_form(hash_(parts));
}

std::string ClusterKeys::seal(std::string_view text, std::string_view place) const {
  const std::size_t added = kBlock - text.size() % kBlock;
  std::string filled(text);
  filled.append(added - 1, '\0');
  filled += static_cast<char>(added);
  return seal_.seal(filled, place);
}

std::optional<std::string> ClusterKeys::open(std::string_view sealed,
                                             std::string_view place) const {
  auto text = seal_.open(sealed, place);
  if (!text || text->empty()) return std::nullopt;
  const auto added = static_cast<std::size_t>(static_cast<unsigned char>(text->back()));
  if (added > text->size()) return std::nullopt;
  text->resize(text->size() - added);
  return text;
}

std::string text_of(std::uint64_t number) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::uint8_t& byte : bytes) {
    byte = static_cast<std::uint8_t>(number & 0xff);
    number >>= 8U;
  }
  return base64url(bytes);
}

}  // namespace postern::cluster
