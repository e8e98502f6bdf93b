#include "tls/file.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

namespace postern::tls {
namespace {

constexpr std::uintmax_t kMaxBytes = 1024 * 1024;

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::unexpected<Error> refuse(int number, const std::string& path, const char* why) {
  return std::unexpected(Error{ErrorKind::kFile, static_cast<std::uint32_t>(number),
                               "cannot read " + path + ": " + why});
}

std::unexpected<Error> refuse(int number, const std::string& path) {
  return refuse(number, path, std::generic_category().message(number).c_str());
}

// The size of a regular file that is small enough. Asked before opening: a FIFO in its place would
// hang a reload.
std::expected<std::size_t, Error> size_of(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (error) {
    return refuse(error.value(), path);
  }
  if (!std::filesystem::is_regular_file(status)) {
    return refuse(0, path, "not a regular file");
  }
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) {
    return refuse(error.value(), path);
  }
  if (size > kMaxBytes) {
    return refuse(EFBIG, path, "larger than 1 MiB");
  }
  return static_cast<std::size_t>(size);
}

}  // namespace

std::expected<std::string, Error> read_file(const std::string& path) {
  const auto size = size_of(path);
  if (!size) {
    return std::unexpected(size.error());
  }
  const std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "rbe"));
  if (file == nullptr) {
    return refuse(errno, path);
  }
  // No buffer of the library, and the final size from the start: either would leave copies of a
  // key behind.
  std::setvbuf(file.get(), nullptr, _IONBF, 0);
  std::string bytes(*size, '\0');
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
  if (std::ferror(file.get()) != 0) {
    return refuse(errno, path);
  }
  return bytes;
}

std::string base_name(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

}  // namespace postern::tls
