#include "conf/file.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace postern::conf {
namespace {

struct Closer {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

std::unexpected<std::string> failure(int error) {
  return std::unexpected(fmt::format("cannot be read: {}", std::generic_category().message(error)));
}

}  // namespace

std::expected<std::string, std::string> contents_of(const std::string& path) {
  // "e" is glibc's close-on-exec.
  const std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "rbe"));
  if (file == nullptr) return failure(errno);
  std::string contents;
  std::array<char, 16384> buffer;
  while (contents.size() <= kMaxFile) {
    errno = 0;
    const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file.get());
    contents.append(buffer.data(), count);
    if (std::ferror(file.get()) != 0) return failure(errno);
    if (count < buffer.size()) return contents;
  }
  contents.resize(kMaxFile + 1);
  return contents;
}

}  // namespace postern::conf
