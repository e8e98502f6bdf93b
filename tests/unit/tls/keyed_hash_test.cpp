// SPDX-License-Identifier: Apache-2.0
#include "tls/keyed_hash.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <new>
#include <set>
#include <string>

namespace postern::tls {

TEST_CASE("the same parts give the same digest, and no others do") {
  const KeyedHash hash;
  const auto digest = hash({"use", "alice", "secret"});
  CHECK(hash({"use", "alice", "secret"}) == digest);
  const std::string nul("secret\0", 7);
  const std::set<KeyedHash::Digest> others = {hash({"use", "alice", "Secret"}),
                                              hash({"use", "alices", "ecret"}),
                                              hash({"use", "alic", "esecret"}),
                                              hash({"use", "alicesecret"}),
                                              hash({"use", "alice", "secret", ""}),
                                              hash({"use", "", "alice", "secret"}),
                                              hash({"other", "alice", "secret"}),
                                              hash({"use", "alice", nul}),
                                              hash({}),
                                              hash({""})};
  CHECK(others.size() == 10);
  CHECK_FALSE(others.contains(digest));
  CHECK(hash({"ab", "c"}) != hash({"a", "bc"}));
}

TEST_CASE("long parts count to their last byte") {
  const KeyedHash hash;
  std::string text(100'000, 'x');
  const auto before = hash({text});
  text.back() = 'y';
  CHECK(hash({text}) != before);
}

TEST_CASE("every process has a key of its own") {
  CHECK(KeyedHash()({"use", "alice", "secret"}) != KeyedHash()({"use", "alice", "secret"}));
}

TEST_CASE("the same secret makes the same hash, as after a restart") {
  const HashSecret secret = HashSecret::draw();
  HashSecret other = secret;
  other.bytes.back() ^= 1;
  const auto digest = KeyedHash(secret)({"use", "alice", "secret"});
  CHECK(KeyedHash(secret)({"use", "alice", "secret"}) == digest);
  CHECK(KeyedHash(other)({"use", "alice", "secret"}) != digest);
  CHECK(HashSecret::draw().bytes != HashSecret::draw().bytes);
}

TEST_CASE("the short form is a part of the digest") {
  const KeyedHash hash;
  CHECK(short_form(hash({"a"})) == short_form(hash({"a"})));
  CHECK(short_form(hash({"a"})) != short_form(hash({"b"})));
  CHECK(short_form({1}) != short_form({0, 0, 0, 0, 0, 0, 0, 1}));
  CHECK(short_form({0, 0, 0, 0, 0, 0, 0, 0, 1}) == 0);
}

TEST_CASE("the key is wiped at the end") {
  alignas(KeyedHash) std::array<unsigned char, sizeof(KeyedHash)> room{};
  auto* const hash = new (room.data()) KeyedHash;
  CHECK(std::ranges::count(room, 0) < 16);
  hash->~KeyedHash();
  CHECK(std::ranges::count(room, 0) == static_cast<std::ptrdiff_t>(room.size()));
}

}  // namespace postern::tls
