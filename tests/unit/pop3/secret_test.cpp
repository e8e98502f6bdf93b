// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/secret.hpp"

#include <catch2/catch.hpp>

#include <concepts>
#include <cstring>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "proxy/pop3/event.hpp"

namespace postern::pop3 {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

template <class T>
concept Comparable = requires(const T& a, const T& b) { a == b; };

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);
static_assert(std::is_nothrow_move_assignable_v<Secret>);
static_assert(!std::is_convertible_v<std::string_view, Secret>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!Printable<Secret> && !Comparable<Secret>);
static_assert(!std::is_copy_constructible_v<Credential>);
static_assert(!Printable<Credential> && !Comparable<Credential>);
static_assert(!std::is_copy_constructible_v<SendUpstream> && !Printable<SendUpstream>);
static_assert(!std::is_copy_constructible_v<Action>);

// Whether the bytes lie in an object itself, where short strings do; the caller keeps its storage
// alive.
bool holds(const void* block, std::size_t size, std::string_view needle) {
  const std::string_view bytes(static_cast<const char*>(block), size);
  return bytes.find(needle) != std::string_view::npos;
}

const std::string kLong(100, 'q');

}  // namespace

TEST_CASE("wiping overwrites every byte") {
  char bytes[] = "password";
  wipe(bytes, sizeof bytes);
  for (const char c : bytes) CHECK(c == '\0');
}

TEST_CASE("a secret takes bytes over and leaves none behind") {
  for (std::string bytes : {std::string("short"), kLong}) {
    const std::string text = bytes;
    const char* const data = bytes.data();
    const Secret secret = Secret::taken_from(bytes);
    CHECK(secret.reveal() == text);
    CHECK(bytes.empty());
    CHECK_FALSE(holds(&bytes, sizeof bytes, text));
    // What is long is not copied.
    CHECK((secret.reveal().data() == data) == (text == kLong));
  }
}

TEST_CASE("room is made once, and only if there is none") {
  std::string text = "short";
  reserve_wiping(text, 1000);
  CHECK(text == "short");
  CHECK(text.capacity() >= 1000);
  const char* const data = text.data();
  reserve_wiping(text, 500);
  CHECK(text.data() == data);
}

TEST_CASE("wiping a string clears its whole storage") {
  for (std::string text : {std::string("short"), kLong}) {
    text.resize(text.size() - 2);  // what lies beyond the end is wiped too
    const char* const data = text.data();
    const std::size_t size = text.capacity();
    wipe(text);
    CHECK(text.empty());
    CHECK(text.data() == data);
    text.resize(size);
    CHECK(text == std::string(size, '\0'));
  }
}

TEST_CASE("a string that grows leaves nothing behind in itself") {
  std::string text;
  append_wiping(text, "secret-secret");
  CHECK(text == "secret-secret");
  append_wiping(text, kLong);
  CHECK(text == "secret-secret" + kLong);
  CHECK_FALSE(holds(&text, sizeof text, "secr"));
  CHECK_FALSE(holds(&text, sizeof text, "cret"));
  append_wiping(text, "");
  CHECK(text.size() == 13 + kLong.size());
}

TEST_CASE("a string that grows by the byte grows in steps") {
  std::string text;
  std::size_t moves = 0;
  const char* data = text.data();
  for (int i = 0; i < 65'536; ++i) {
    append_wiping(text, "x");
    if (std::exchange(data, text.data()) != text.data()) ++moves;
  }
  CHECK(text.size() == 65'536);
  CHECK(moves < 20);
}

TEST_CASE("a secret that was moved from is empty, and its storage is zero") {
  for (const std::string& bytes : {std::string("tiny-secret"), kLong}) {
    Secret first(bytes);
    CHECK(first.reveal() == bytes);
    CHECK(first.size() == bytes.size());
    const Secret second(std::move(first));
    CHECK(second.reveal() == bytes);
    CHECK(first.empty());
    CHECK_FALSE(holds(&first, sizeof first, bytes.substr(1, 5)));
    Secret third("other");
    Secret fourth(bytes);
    third = std::move(fourth);
    CHECK(third.reveal() == bytes);
    CHECK(fourth.empty());
    CHECK_FALSE(holds(&fourth, sizeof fourth, bytes.substr(1, 5)));
  }
}

TEST_CASE("a secret keeps itself when assigned to itself") {
  Secret secret("secret");
  Secret& same = secret;
  secret = std::move(same);
  CHECK(secret.reveal() == "secret");
}

TEST_CASE("a secret's end overwrites what it held") {
  alignas(Secret) unsigned char storage[sizeof(Secret)];
  auto* secret = new (storage) Secret("tiny-secret");
  CHECK(holds(storage, sizeof storage, "tiny-secret"));
  secret->~Secret();
  CHECK_FALSE(holds(storage, sizeof storage, "tiny"));
  CHECK_FALSE(holds(storage, sizeof storage, "cret"));
}

}  // namespace postern::pop3
