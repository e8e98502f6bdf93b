// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/files.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "tls/file.hpp"

namespace postern::migrate {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 64;
constexpr std::size_t kMostEntries = 4096;

enum class ByteOrder { kLittle, kBig };

void append(std::string& text, char32_t code) {
  const auto byte = [&](char32_t bits) { text += static_cast<char>(bits); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xc0 | (code >> 6));
  } else if (code < 0x10000) {
    byte(0xe0 | (code >> 12));
    byte(0x80 | ((code >> 6) & 0x3f));
  } else {
    byte(0xf0 | (code >> 18));
    byte(0x80 | ((code >> 12) & 0x3f));
    byte(0x80 | ((code >> 6) & 0x3f));
  }
  byte(0x80 | (code & 0x3f));
}

std::string from_utf16(std::string_view bytes, ByteOrder order) {
  const auto unit = [&](std::size_t at) {
    const char32_t first = static_cast<std::uint8_t>(bytes[at]);
    const char32_t second = static_cast<std::uint8_t>(bytes[at + 1]);
    return order == ByteOrder::kLittle ? first | (second << 8) : (first << 8) | second;
  };
  constexpr char32_t kReplacement = 0xfffd;
  std::string text;
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    char32_t code = unit(at);
    if (code >= 0xd800 && code < 0xe000) {
      const bool high = code < 0xdc00 && at + 3 < bytes.size();
      const char32_t low = high ? unit(at + 2) : 0;
      const bool whole = low >= 0xdc00 && low < 0xe000;
      code = whole ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : kReplacement;
      if (whole) at += 2;
    }
    append(text, code);
  }
  return text;
}

// '*' and '?', as a shell has them.
bool fits(std::string_view name, std::string_view pattern) {
  std::size_t at = 0;
  std::size_t next = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (at < name.size()) {
    if (next < pattern.size() && (pattern[next] == '?' || pattern[next] == name[at]) &&
        pattern[next] != '*') {
      ++at;
      ++next;
    } else if (next < pattern.size() && pattern[next] == '*') {
      star = next++;
      resume = at;
    } else if (star != std::string_view::npos) {
      next = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', next) == std::string_view::npos;
}

}  // namespace

std::string decoded(std::string_view bytes) {
  constexpr std::string_view kUtf8 = "\xef\xbb\xbf";
  if (bytes.starts_with(kUtf8)) return std::string(bytes.substr(kUtf8.size()));
  if (bytes.starts_with("\xff\xfe")) return from_utf16(bytes.substr(2), ByteOrder::kLittle);
  if (bytes.starts_with("\xfe\xff")) return from_utf16(bytes.substr(2), ByteOrder::kBig);
  if (bytes.size() >= 4 && bytes[0] != '\0' && bytes[1] == '\0' && bytes[3] == '\0') {
    return from_utf16(bytes, ByteOrder::kLittle);
  }
  if (bytes.size() >= 4 && bytes[0] == '\0' && bytes[1] != '\0' && bytes[2] == '\0') {
    return from_utf16(bytes, ByteOrder::kBig);
  }
  return std::string(bytes);
}

std::expected<std::string, std::string> Files::read(const std::string& path) {
  if (++count_ > kMostFiles) return std::unexpected("too many files are included");
  auto bytes = tls::read_file(path, tls::kMaxFileBytes);
  if (!bytes) return std::unexpected(std::move(bytes.error().why));
  return decoded(*bytes);
}

std::vector<std::string> Files::named_by(const std::string& pattern) {
  const fs::path path(pattern);
  const std::string name = path.filename().string();
  if (name.find_first_of("*?") == std::string::npos) return {pattern};
  std::vector<std::string> found;
  std::error_code failed;
  for (fs::directory_iterator entry(path.parent_path().empty() ? "." : path.parent_path(), failed);
       !failed && entry != fs::directory_iterator() && found.size() < kMostEntries;
       entry.increment(failed)) {
    const std::string here = entry->path().filename().string();
    if (!here.starts_with('.') && fits(here, name)) found.push_back(entry->path().string());
  }
  std::ranges::sort(found);
  return found;
}

std::string Files::beside(const std::string& directory, const std::string& path) {
  return path.starts_with('/') ? path : (fs::path(directory) / path).string();
}

std::string Files::directory_of(const std::string& path) {
  return fs::path(path).parent_path().string();
}

}  // namespace postern::migrate
