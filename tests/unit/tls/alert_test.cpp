// SPDX-License-Identifier: Apache-2.0
#include "tls/alert.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <string_view>

namespace postern::tls {
namespace {

using std::string_view_literals::operator""sv;

// Fed in pieces of this size.
AlertWatch watched(std::string_view text, std::size_t piece = 1) {
  AlertWatch watch;
  while (!text.empty()) {
    const auto some = text.substr(0, piece);
    watch.take({reinterpret_cast<const std::uint8_t*>(some.data()), some.size()});
    text.remove_prefix(some.size());
  }
  return watch;
}

constexpr std::string_view kUnknownCa = "\x15\x03\x03\x00\x02\x02\x30"sv;
constexpr std::string_view kChangeCipherSpec = "\x14\x03\x03\x00\x01\x01"sv;

}  // namespace

TEST_CASE("an alert is told in words") {
  CHECK(meaning_of_alert(48) == "does not trust the chain");
  CHECK(meaning_of_alert(45) == "certificate expired for it");
  CHECK(meaning_of_alert(112) == "name does not fit");
  CHECK(meaning_of_alert(70) == "no common version");
  CHECK(meaning_of_alert(120) == "no common application protocol (ALPN)");
  CHECK(meaning_of_alert(0) == "left");
}

TEST_CASE("every alert has words, and they are fit for a log") {
  std::set<std::string_view> all;
  for (int number = 0; number < 256; ++number) {
    const std::string_view text = meaning_of_alert(static_cast<std::uint8_t>(number));
    CHECK_FALSE(text.empty());
    CHECK(std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F && c != '"'; }));
    all.insert(text);
  }
  CHECK(all.size() >= 30);
  CHECK(meaning_of_alert(255) == meaning_of_alert(1));
}

TEST_CASE("an alert in clear is seen in pieces of any size") {
  for (const std::size_t piece : {1U, 2U, 3U, 5U, 6U, 7U, 100U}) {
    CHECK(watched(kUnknownCa, piece).alert() == 48);
    const std::string behind = std::string(kChangeCipherSpec).append(kUnknownCa);
    CHECK(watched(behind, piece).alert() == 48);
    CHECK(watched(std::string("\x17\x03\x03\x01\x00"sv) + std::string(256, 'x') +
                      std::string(kUnknownCa),
                  piece)
              .alert() == 48);
  }
}

TEST_CASE("nothing else is an alert in clear") {
  CHECK_FALSE(AlertWatch().alert());
  CHECK_FALSE(watched("\x15\x03\x03\x00\x02\x02"sv).alert());            // half of one
  CHECK_FALSE(watched("\x15\x03\x03\x00\x03\x02\x30\x00"sv).alert());    // too long
  CHECK_FALSE(watched("\x15\x03\x03\x01\x02\x02\x30"sv).alert());        // much too long
  CHECK_FALSE(watched("\x15\x03\x03\x00\x02\x01\x00"sv).alert());        // close_notify
  CHECK_FALSE(watched("\x17\x03\x03\x00\x02\x02\x30"sv).alert());        // data
  CHECK_FALSE(watched("\x15\x03\x03\x00\x00"sv).alert());                // empty
  CHECK_FALSE(watched(std::string(kUnknownCa).append("\x17")).alert());  // something follows
  CHECK_FALSE(watched(std::string(kUnknownCa).append(kChangeCipherSpec)).alert());
  CHECK_FALSE(watched(std::string(kUnknownCa).append("\x15\x03")).alert());
  CHECK(watched("\x15\x03\x03\x00\x00\x15\x03\x03\x00\x02\x02\x2d"sv).alert() == 45);
}

}  // namespace postern::tls
