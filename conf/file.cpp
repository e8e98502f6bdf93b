#include "conf/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace postern::conf {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const noexcept { return number_; }

 private:
  int number_;  // -1: none
};

std::unexpected<std::string> failure(int error) {
  return std::unexpected(fmt::format("cannot be read: {}", std::generic_category().message(error)));
}

}  // namespace

std::expected<std::string, std::string> contents_of(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (file.number() < 0) return failure(errno);
  std::string contents;
  std::array<char, 16384> buffer;
  while (contents.size() <= kMaxFile) {
    const ssize_t count = ::read(file.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure(errno);
    if (count == 0) return contents;
    contents.append(buffer.data(), static_cast<std::size_t>(count));
  }
  contents.resize(kMaxFile + 1);
  return contents;
}

}  // namespace postern::conf
