// SPDX-License-Identifier: Apache-2.0
#include "tls/ticket_image.hpp"

#include <openssl/mem.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "tls/ticket_ring.hpp"

namespace postern::tls {
namespace {

// Of another make is no image: then tickets of before are not opened, and clients shake hands in
// full.
constexpr char kMake = '1';

struct Record {
  std::array<std::uint8_t, SSL_TICKET_KEY_NAME_LEN> name{};
  std::array<std::uint8_t, TicketKey::kLong> cipher{};
  std::array<std::uint8_t, TicketKey::kLong> mac{};
  std::int64_t age = 0;  // in seconds
};

}  // namespace

std::string to_image(const TicketKeys& keys, TicketKeys::TimePoint now) {
  if (keys.is_shared()) return {};
  const auto ring = keys.ring();
  std::string image;
  image.reserve(1 + ring->keys().size() * sizeof(Record));
  image.push_back(kMake);
  for (const TicketKey& key : ring->keys()) {
    Record record;
    record.name = key.name;
    record.cipher = key.cipher;
    record.mac = key.mac;
    record.age = std::chrono::duration_cast<std::chrono::seconds>(now - key.made).count();
    image.append(reinterpret_cast<const char*>(&record), sizeof record);
    OPENSSL_cleanse(&record, sizeof record);
  }
  return image;
}

std::shared_ptr<const TicketKeys::Ring> ring_from_image(std::string_view image,
                                                        TicketKeys::TimePoint now) {
  if (!image.starts_with(kMake) || (image.size() - 1) % sizeof(Record) != 0) return nullptr;
  const std::size_t count = (image.size() - 1) / sizeof(Record);
  if (count == 0 || count > TicketKeys::Ring::kGenerations) return nullptr;
  std::vector<TicketKey> keys(count);
  for (std::size_t i = 0; i < count; ++i) {
    Record record;
    std::memcpy(&record, image.data() + 1 + i * sizeof record, sizeof record);
    keys[i].name = record.name;
    keys[i].cipher = record.cipher;
    keys[i].mac = record.mac;
    keys[i].made = now - std::chrono::seconds(std::max<std::int64_t>(record.age, 0));
    OPENSSL_cleanse(&record, sizeof record);
  }
  return std::make_shared<const TicketKeys::Ring>(std::move(keys));
}

}  // namespace postern::tls
