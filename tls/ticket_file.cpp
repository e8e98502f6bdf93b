// SPDX-License-Identifier: Apache-2.0
#include "tls/ticket_file.hpp"

#include <openssl/mem.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "tls/file.hpp"
#include "tls/ticket_ring.hpp"

namespace postern::tls {
namespace {

using Bytes = std::span<const std::uint8_t>;
using Loaded = std::expected<std::shared_ptr<const TicketKeys::Ring>, Error>;

constexpr std::array<std::string_view, 3> kPlaces = {"next", "current", "old"};
constexpr std::size_t kCurrent = 1;

std::unexpected<Error> fault(std::string text) {
  return std::unexpected(Error{ErrorKind::kKey, 0, std::move(text)});
}

Bytes key_at(Bytes file, std::size_t place) {
  return file.subspan(place * kTicketKeyBytes, kTicketKeyBytes);
}

Bytes name_of_key(Bytes key) { return key.first(SSL_TICKET_KEY_NAME_LEN); }
Bytes secret_of_key(Bytes key) { return key.subspan(SSL_TICKET_KEY_NAME_LEN); }

bool is_nothing(Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

// A name that two keys have would open one's tickets with the other.
bool is_same(Bytes a, Bytes b) {
  return std::ranges::equal(name_of_key(a), name_of_key(b)) ||
         std::ranges::equal(secret_of_key(a), secret_of_key(b));
}

TicketKey ticket_key(Bytes bytes) {
  TicketKey key;
  key.size = TicketKey::kShort;
  std::ranges::copy(name_of_key(bytes), key.name.begin());
  const Bytes secret = secret_of_key(bytes);
  std::ranges::copy(secret.first(TicketKey::kShort), key.cipher.begin());
  std::ranges::copy(secret.subspan(TicketKey::kShort), key.mac.begin());
  return key;
}

}  // namespace

Loaded parse_ticket_keys(Bytes bytes) {
  if (bytes.size() != kTicketFileBytes) {
    return fault("it has " + std::to_string(bytes.size()) + " bytes and has to have " +
                 std::to_string(kTicketFileBytes) + ", as `openssl rand 144` writes them");
  }
  for (std::size_t i = 0; i < kPlaces.size(); ++i) {
    const std::string place(kPlaces[i]);
    if (is_nothing(secret_of_key(key_at(bytes, i)))) {
      return fault("its " + place + " key is nothing but zeros");
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (is_same(key_at(bytes, i), key_at(bytes, j))) {
        return fault("its " + std::string(kPlaces[j]) + " and its " + place + " key are the same");
      }
    }
  }
  std::vector<TicketKey> keys;
  // Reserved, so that growing leaves no copy of a key behind.
  keys.reserve(kPlaces.size());
  for (const std::size_t place : {kCurrent, std::size_t{0}, std::size_t{2}}) {
    keys.push_back(ticket_key(key_at(bytes, place)));
  }
  return std::make_shared<const TicketKeys::Ring>(std::move(keys));
}

Loaded load_ticket_keys(const std::string& path) {
  auto text = read_file(path, kMaxFileBytes);
  if (!text) {
    return std::unexpected(Error{ErrorKind::kFile, static_cast<std::uint32_t>(text.error().number),
                                 "cannot read " + base_name(path) + ": " + text.error().why});
  }
  auto keys =
      parse_ticket_keys({reinterpret_cast<const std::uint8_t*>(text->data()), text->size()});
  OPENSSL_cleanse(text->data(), text->size());
  if (!keys) {
    keys.error().text = base_name(path) + ": " + keys.error().text;
  }
  return keys;
}

}  // namespace postern::tls
