// SPDX-License-Identifier: Apache-2.0
#include "tls/ticket_file.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <chrono>

#include "tls/ticket_ring.hpp"

namespace postern::tls {
namespace {

using namespace std::chrono_literals;
using File = std::array<std::uint8_t, kTicketFileBytes>;

File random_file() {
  File file{};
  RAND_bytes(file.data(), file.size());
  return file;
}

std::span<const std::uint8_t> bytes_at(const File& file, std::size_t key, std::size_t from,
                                       std::size_t size = 16) {
  return std::span(file).subspan(key * kTicketKeyBytes + from, size);
}

std::string fault_of(std::span<const std::uint8_t> bytes) {
  const auto keys = parse_ticket_keys(bytes);
  return keys ? "" : keys.error().text;
}

TEST_CASE("the second key seals, and all three open", "[ticket_file]") {
  const File file = random_file();
  const auto ring = parse_ticket_keys(file).value();
  CHECK(std::ranges::equal(ring->sealing().name, bytes_at(file, 1, 0)));
  for (std::size_t key = 0; key < 3; ++key) {
    const TicketKey* const found = ring->find(bytes_at(file, key, 0));
    REQUIRE(found != nullptr);
    REQUIRE(found->size == 16);
    CHECK(std::ranges::equal(std::span(found->cipher).first(16), bytes_at(file, key, 16)));
    CHECK(std::ranges::equal(std::span(found->mac).first(16), bytes_at(file, key, 32)));
  }
}

TEST_CASE("what is no file of ticket keys", "[ticket_file]") {
  File file = random_file();
  CHECK(fault_of(std::span(file).first(143)) ==
        "it has 143 bytes and has to have 144, as `openssl rand 144` writes them");
  CHECK(fault_of({}).starts_with("it has 0 bytes"));
  SECTION("a key of zeros") {
    std::ranges::fill(std::span(file).subspan(2 * kTicketKeyBytes + 16, 32), 0);
    CHECK(fault_of(file) == "its old key is nothing but zeros");
  }
  SECTION("a key that stands there twice") {
    std::ranges::copy(bytes_at(file, 0, 0, kTicketKeyBytes), file.begin() + kTicketKeyBytes);
    CHECK(fault_of(file) == "its next and its current key are the same");
  }
  SECTION("the secret of another key") {
    std::ranges::copy(bytes_at(file, 0, 16, 32), file.begin() + 2 * kTicketKeyBytes + 16);
    CHECK(fault_of(file) == "its next and its old key are the same");
  }
  SECTION("the name of another key") {
    std::ranges::copy(bytes_at(file, 1, 0), file.begin() + 2 * kTicketKeyBytes);
    CHECK(fault_of(file) == "its current and its old key are the same");
  }
}

TEST_CASE("keys of a file rotate with the file alone", "[ticket_file]") {
  const TicketKeys::TimePoint start{1000h};
  TicketKeys keys(start);
  const auto own = keys.ring();
  const auto shared = parse_ticket_keys(random_file()).value();
  keys.use(shared, start);
  CHECK_FALSE(keys.rotate(start + 1000h));
  CHECK(keys.ring() == shared);
  keys.use(nullptr, start);
  CHECK(keys.ring() != own);
  CHECK(keys.ring()->sealing().size == 32);
  CHECK(keys.ring()->find(bytes_at(random_file(), 0, 0)) == nullptr);
  const auto again = keys.ring();
  keys.use(nullptr, start);
  CHECK(keys.ring() == again);
}

TEST_CASE("a file that is not there", "[ticket_file]") {
  const auto keys = load_ticket_keys("/nonexistent/ticket.key");
  REQUIRE_FALSE(keys.has_value());
  CHECK(keys.error().kind == ErrorKind::kFile);
  CHECK(keys.error().text == "cannot read ticket.key: No such file or directory");
}

}  // namespace
}  // namespace postern::tls
