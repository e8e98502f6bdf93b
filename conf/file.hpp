// A configuration file's bytes.
#pragma once

#include <cstddef>
#include <expected>
#include <string>

namespace postern::conf {

constexpr std::size_t kMaxFile = std::size_t{1} << 20;

/// What a file or a pipe holds, at most one byte more than kMaxFile. On failure one line that does
/// not name the file.
[[nodiscard]] std::expected<std::string, std::string> contents_of(const std::string& path);

}  // namespace postern::conf
