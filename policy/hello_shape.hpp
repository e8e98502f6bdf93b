// SPDX-License-Identifier: Apache-2.0
// What a ClientHello looks like, whoever sent it: which versions, which cipher suites and which
// extensions, in which order. Programs that use the same library in the same way look the same. A
// small value; it has nothing of a person or of a connection in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::policy {

/// A list of 16-bit numbers in its order, without those that only exercise tolerance (GREASE, RFC
/// 8701).
struct NumberList {
  std::uint32_t print = 2'166'136'261;  // FNV-1a over its bytes
  std::uint8_t count = 0;               // 255: as many, or more

  constexpr void add(std::uint16_t number) noexcept {
    const bool grease = (number & 0x0F0FU) == 0x0A0AU && number >> 8U == (number & 0xFFU);
    if (grease) return;
    mix(static_cast<std::uint8_t>(number >> 8U));
    mix(static_cast<std::uint8_t>(number & 0xFFU));
    if (count < 255) ++count;
  }

  bool operator==(const NumberList&) const = default;

 private:
  constexpr void mix(std::uint8_t byte) noexcept { print = (print ^ byte) * 16'777'619U; }
};

struct HelloShape {
  NumberList suites;
  NumberList extensions;      // but for those that differ from one connection to the next
  std::uint8_t versions = 0;  // a bit each: 1 is TLS 1.0, 8 is TLS 1.3; 0: no hello was read
  bool sni = false;
  bool alpn = false;

  bool seen() const noexcept { return versions != 0; }
  bool operator==(const HelloShape&) const = default;
};

/// "1.0-1.3:31-27def9ce:9-5e6f7081:sni": versions, suites and extensions, each with their number
/// and order, and what it names: "sni", "alpn", "sni+alpn" or "none". "-" where no hello was read.
std::string text_of(const HelloShape& hello);

/// What a hello is to look like. "*" in the place of a part stands for any; so does the last one
/// where it is left out.
class HelloPattern {
 public:
  /// Nothing for what is no pattern.
  static std::optional<HelloPattern> parse(std::string_view text);

  bool matches(const HelloShape& hello) const noexcept;

  bool operator==(const HelloPattern&) const = default;

 private:
  struct Names {
    bool sni;
    bool alpn;
    bool operator==(const Names&) const = default;
  };

  std::optional<std::uint8_t> versions_;
  std::optional<NumberList> suites_;
  std::optional<NumberList> extensions_;
  std::optional<Names> names_;
};

}  // namespace postern::policy
