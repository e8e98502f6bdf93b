// SPDX-License-Identifier: Apache-2.0
// What a backend is told as the name of a user, made from what the user typed: a route's
// `user_format`. Names come as ann@example.com, CORP\ann, CORP/ann, or without a domain.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace postern::policy {

/// A name taken apart. Views of the name.
struct NameParts {
  std::string_view name;    // without the domain; never empty for a name that is not
  std::string_view domain;  // empty where there is none
};

/// What stands before a slash of either kind is the domain, else what stands behind the first "@".
NameParts parts_of(std::string_view user) noexcept;

class UserFormat {
 public:
  /// Most of "%u" and its like in one format: what comes of it is no longer than as many names.
  static constexpr std::size_t kMostNames = 4;
  static constexpr std::size_t kLongest = 255;  // of a format, in bytes

  /// As typed.
  UserFormat() = default;

  /// From "%ln@%ld": %u is the name as typed, %n without its domain, %d the domain, %l before one
  /// of them in lower case (of ASCII), %% a percent sign. On failure what is wrong with it, as the
  /// end of a sentence that begins with the key.
  [[nodiscard]] static std::expected<UserFormat, std::string> parse(std::string_view text);

  bool is_as_typed() const noexcept { return pieces_.empty(); }

  /// The name for a user without control characters and without blanks around; so is the result.
  /// Where there is no domain, %d and the text beside it are left out: "%n@%d" gives "ann".
  std::string apply(std::string_view user) const;

  bool operator==(const UserFormat&) const = default;

 private:
  enum class Kind : std::uint8_t { kText, kUser, kName, kDomain };
  enum class Case : std::uint8_t { kAsTyped, kLower };
  struct Piece {
    Kind kind = Kind::kText;
    Case letters = Case::kAsTyped;
    std::string text = {};  // of kText

    bool operator==(const Piece&) const = default;
  };

  void add_text(char c);
  bool add_name(std::string_view& rest);
  std::string fault() const;
  bool goes_with_domain(std::size_t piece) const noexcept;

  std::vector<Piece> pieces_;
};

}  // namespace postern::policy
