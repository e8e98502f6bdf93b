// Reading a small file of secrets or certificates as a whole.
#pragma once

#include <expected>
#include <string>

#include "tls/error.hpp"

namespace postern::tls {

/// The file's bytes. An error (kFile with errno) when it cannot be read, is not a regular file or
/// is larger than 1 MiB. The caller wipes what is secret.
[[nodiscard]] std::expected<std::string, Error> read_file(const std::string& path);

/// The last component of a path, as errors name it.
std::string base_name(const std::string& path);

}  // namespace postern::tls
