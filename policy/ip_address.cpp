#include "policy/ip_address.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <span>

namespace postern::policy {
namespace {

constexpr std::size_t kGroups = 8;  // of 16 bits each
constexpr IpAddress::V6 kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};

// A number without sign, blanks or more digits than `longest`.
template <class Number>
std::optional<Number> number_from(std::string_view text, int base, std::size_t longest) noexcept {
  Number number{};
  const char* const end = text.data() + text.size();
  if (text.empty() || text.size() > longest) return std::nullopt;
  const auto [stop, error] = std::from_chars(text.data(), end, number, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

std::string_view cut(std::string_view& rest, char separator) noexcept {
  const std::size_t at = rest.find(separator);
  const std::string_view head = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return head;
}

std::optional<IpAddress::V4> parse_v4(std::string_view text) noexcept {
  if (std::ranges::count(text, '.') != 3) return std::nullopt;
  IpAddress::V4 bytes{};
  for (std::uint8_t& byte : bytes) {
    const std::string_view word = cut(text, '.');
    const auto number = number_from<std::uint8_t>(word, 10, 3);
    if (!number || (word.size() > 1 && word.front() == '0')) return std::nullopt;
    byte = *number;
  }
  return bytes;
}

/// The groups on one side of "::", which may end in a dotted quad on the right one.
class Groups {
 public:
  enum class Quad { kAllowed, kForbidden };

  bool read(std::string_view text, Quad quad) noexcept {
    if (text.empty()) return true;
    const auto words = static_cast<std::size_t>(std::ranges::count(text, ':')) + 1;
    for (std::size_t i = 0; i < words; ++i) {
      const std::string_view word = cut(text, ':');
      const bool last = i + 1 == words;
      if (last && quad == Quad::kAllowed && word.contains('.')) return add_quad(word);
      const auto group = number_from<std::uint16_t>(word, 16, 4);
      if (!group || !add(*group)) return false;
    }
    return true;
  }

  std::span<const std::uint16_t> all() const noexcept { return {groups_.data(), size_}; }

 private:
  bool add(unsigned group) noexcept {
    if (size_ == kGroups) return false;
    groups_[size_++] = static_cast<std::uint16_t>(group);
    return true;
  }

  bool add_quad(std::string_view word) noexcept {
    const auto quad = parse_v4(word);
    return quad && add((*quad)[0] * 256U + (*quad)[1]) && add((*quad)[2] * 256U + (*quad)[3]);
  }

  std::array<std::uint16_t, kGroups> groups_{};
  std::size_t size_ = 0;
};

void put(std::span<const std::uint16_t> groups, std::size_t first, IpAddress::V6& bytes) noexcept {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    bytes[2 * (first + i)] = static_cast<std::uint8_t>(groups[i] >> 8);
    bytes[2 * (first + i) + 1] = static_cast<std::uint8_t>(groups[i] & 0xff);
  }
}

std::optional<IpAddress::V6> parse_v6(std::string_view text) noexcept {
  IpAddress::V6 bytes{};
  Groups left;
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    if (!left.read(text, Groups::Quad::kAllowed) || left.all().size() != kGroups) {
      return std::nullopt;
    }
    put(left.all(), 0, bytes);
    return bytes;
  }
  Groups right;
  if (!left.read(text.substr(0, gap), Groups::Quad::kForbidden) ||
      !right.read(text.substr(gap + 2), Groups::Quad::kAllowed) ||
      left.all().size() + right.all().size() >= kGroups) {
    return std::nullopt;
  }
  put(left.all(), 0, bytes);
  put(right.all(), kGroups - right.all().size(), bytes);
  return bytes;
}

/// Where the longest run of two or more zero groups is, the first of equals (RFC 5952 section 4.2).
struct Run {
  std::size_t begin = kGroups;
  std::size_t length = 1;
};

Run longest_zero_run(const std::array<unsigned, kGroups>& groups) noexcept {
  Run best;
  for (std::size_t begin = 0; begin < kGroups; ++begin) {
    std::size_t end = begin;
    while (end < kGroups && groups[end] == 0) ++end;
    if (end - begin > best.length) best = {begin, end - begin};
  }
  return best;
}

std::string v6_text(const IpAddress::V6& bytes) {
  std::array<unsigned, kGroups> groups{};
  for (std::size_t i = 0; i < kGroups; ++i) groups[i] = bytes[2 * i] * 256U + bytes[2 * i + 1];
  const Run zeros = longest_zero_run(groups);
  std::string text;
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (i == zeros.begin) {
      text += "::";
      i += zeros.length - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    std::array<char, 4> digits{};
    char* const end = std::to_chars(digits.begin(), digits.end(), groups[i], 16).ptr;
    text.append(digits.begin(), end);
  }
  return text;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) noexcept {
  if (const auto v4 = parse_v4(text)) return from_v4(*v4);
  if (const auto v6 = parse_v6(text)) return from_v6(*v6);
  return std::nullopt;
}

IpAddress IpAddress::from_v4(const V4& bytes) noexcept {
  V6 mapped = kMapped;
  std::ranges::copy(bytes, mapped.begin() + kMappedBytes);
  return IpAddress(mapped);
}

bool IpAddress::is_v4() const noexcept {
  return std::equal(bytes_.begin(), bytes_.begin() + kMappedBytes, kMapped.begin());
}

std::string IpAddress::text() const {
  if (!is_v4()) return v6_text(bytes_);
  std::string text;
  for (std::size_t i = kMappedBytes; i < bytes_.size(); ++i) {
    if (!text.empty()) text += '.';
    text += std::to_string(bytes_[i]);
  }
  return text;
}

}  // namespace postern::policy

std::size_t std::hash<postern::policy::IpAddress>::operator()(
    const postern::policy::IpAddress& address) const noexcept {
  std::uint64_t sum = 0xcbf29ce484222325U;  // FNV-1a
  for (const std::uint8_t byte : address.bytes()) sum = (sum ^ byte) * 0x100000001b3U;
  return sum;
}
