#include "tls/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <system_error>

namespace postern::tls {
namespace {

constexpr off_t kMaxBytes = off_t{1024} * 1024;

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const noexcept { return number_; }

 private:
  int number_;
};

std::unexpected<Error> refuse(int number, const std::string& path, const char* why) {
  return std::unexpected(Error{ErrorKind::kFile, static_cast<std::uint32_t>(number),
                               "cannot read " + path + ": " + why});
}

std::unexpected<Error> refuse(int number, const std::string& path) {
  return refuse(number, path, std::generic_category().message(number).c_str());
}

// Up to the end of the file, or of the bytes; the number of them, or -1 and errno.
ssize_t read_all(int file, std::string& bytes) {
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t count = ::read(file, bytes.data() + size, bytes.size() - size);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return -1;
    }
    if (count == 0) {
      break;
    }
    size += static_cast<std::size_t>(count);
  }
  return static_cast<ssize_t>(size);
}

}  // namespace

// Opened once, and what was opened is looked at: what stands under a path may change between two
// looks. Without waiting, because a FIFO in its place would hang a reload.
std::expected<std::string, Error> read_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  struct stat status{};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    return refuse(errno, path);
  }
  if (!S_ISREG(status.st_mode)) {
    return refuse(0, path, "not a regular file");
  }
  if (status.st_size > kMaxBytes) {
    return refuse(EFBIG, path, "larger than 1 MiB");
  }
  // No buffer of a library, and the final size from the start: either would leave copies of a key
  // behind.
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  const ssize_t size = read_all(file.get(), bytes);
  if (size < 0) {
    return refuse(errno, path);
  }
  bytes.resize(static_cast<std::size_t>(size));
  return bytes;
}

std::string base_name(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

}  // namespace postern::tls
