// SPDX-License-Identifier: Apache-2.0
#include "policy/user_format.hpp"

#include <algorithm>

#include "policy/word.hpp"

namespace postern::policy {
namespace {

constexpr std::string_view kSlash = "\\/";

std::string_view without_blanks(std::string_view text) noexcept {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

bool is_control(unsigned char c) noexcept { return c < 0x20 || c == 0x7F; }

void append_letters(std::string& to, std::string_view text, char (*letter)(char)) {
  std::ranges::transform(text, std::back_inserter(to), letter);
}

}  // namespace

NameParts parts_of(std::string_view user) noexcept {
  NameParts parts{user, {}};
  const std::size_t at = user.find('@');
  if (const std::size_t slash = user.find_first_of(kSlash); slash < at) {
    parts = {user.substr(slash + 1), user.substr(0, slash)};
    parts.name = parts.name.substr(0, parts.name.find('@'));
  } else if (at != std::string_view::npos) {
    parts = {user.substr(0, at), user.substr(at + 1)};
  }
  parts = {without_blanks(parts.name), without_blanks(parts.domain)};
  return parts.name.empty() ? NameParts{user, {}} : parts;
}

std::expected<UserFormat, std::string> UserFormat::parse(std::string_view text) {
  if (text.empty()) return std::unexpected("must not be empty");
  if (text.size() > kLongest) {
    return std::unexpected("must have at most 255 bytes, not " + std::to_string(text.size()));
  }
  if (std::ranges::any_of(text, is_control)) {
    return std::unexpected("must not hold control characters");
  }
  if (text.starts_with(' ') || text.ends_with(' ')) {
    return std::unexpected("must not begin or end with a blank");
  }
  UserFormat format;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '%') {
      format.add_text(c);
    } else if (!format.add_name(text)) {
      return std::unexpected("may hold %u, %n, %d, %lu, %ln, %ld and %% only");
    }
  }
  if (std::string fault = format.fault(); !fault.empty()) return std::unexpected(std::move(fault));
  return format;
}

void UserFormat::add_text(char c) {
  if (pieces_.empty() || pieces_.back().kind != Kind::kText) pieces_.push_back({});
  pieces_.back().text += c;
}

// What follows a percent sign; false for nothing that is known.
bool UserFormat::add_name(std::string_view& rest) {
  if (rest.starts_with('%')) {
    rest.remove_prefix(1);
    add_text('%');
    return true;
  }
  Piece piece;
  if (rest.starts_with('l')) {
    piece.letters = Case::kLower;
    rest.remove_prefix(1);
  }
  if (rest.empty()) return false;
  switch (rest.front()) {
    case 'u':
      piece.kind = Kind::kUser;
      break;
    case 'n':
      piece.kind = Kind::kName;
      break;
    case 'd':
      piece.kind = Kind::kDomain;
      break;
    default:
      return false;
  }
  rest.remove_prefix(1);
  pieces_.push_back(std::move(piece));
  return true;
}

std::string UserFormat::fault() const {
  const auto is_name = [](const Piece& piece) { return piece.kind != Kind::kText; };
  const auto tells_user = [](const Piece& piece) {
    return piece.kind == Kind::kUser || piece.kind == Kind::kName;
  };
  if (std::ranges::none_of(pieces_, tells_user)) {
    return "must hold %u or %n, or all users would be told as one";
  }
  const auto names = static_cast<std::size_t>(std::ranges::count_if(pieces_, is_name));
  return names > kMostNames ? "must not hold more than four of %u, %n and %d" : "";
}

// The domain itself, and text right beside it.
bool UserFormat::goes_with_domain(std::size_t piece) const noexcept {
  const auto is_domain = [this](std::size_t i) {
    return i < pieces_.size() && pieces_[i].kind == Kind::kDomain;
  };
  if (pieces_[piece].kind != Kind::kText) return is_domain(piece);
  return is_domain(piece + 1) || (piece > 0 && is_domain(piece - 1));
}

std::string UserFormat::apply(std::string_view user) const {
  if (is_as_typed()) return std::string(user);
  const NameParts parts = parts_of(user);
  std::string told;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    if (parts.domain.empty() && goes_with_domain(i)) continue;
    const Piece& piece = pieces_[i];
    const auto letter = [](Case letters) {
      return letters == Case::kLower ? &lower : +[](char c) { return c; };
    };
    switch (piece.kind) {
      case Kind::kText:
        told += piece.text;
        break;
      case Kind::kUser:
        append_letters(told, user, letter(piece.letters));
        break;
      case Kind::kName:
        append_letters(told, parts.name, letter(piece.letters));
        break;
      case Kind::kDomain:
        append_letters(told, parts.domain, letter(piece.letters));
        break;
    }
  }
  return told;
}

}  // namespace postern::policy
