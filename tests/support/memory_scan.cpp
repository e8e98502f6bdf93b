// SPDX-License-Identifier: Apache-2.0
#include "tests/support/memory_scan.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace postern::testing {
namespace {

// A sanitizer's shadow is terabytes of nothing.
constexpr std::uintptr_t kTooLarge = std::uintptr_t{1} << 32;

constexpr std::size_t kWindow = 1 << 20;

// Memory of its own for the whole search: the heap must not be used, or blocks that were freed
// would be overwritten before they are looked at.
class Scratch {
 public:
  Scratch() : begin_(mmap(nullptr, 2 * kWindow, PROT_READ | PROT_WRITE, kAnonymous, -1, 0)) {
    if (begin_ == MAP_FAILED) throw std::runtime_error("no memory to search with");
  }
  ~Scratch() { munmap(begin_, 2 * kWindow); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  char* window() const { return static_cast<char*>(begin_); }
  char* maps() const { return window() + kWindow; }
  std::uintptr_t begin() const { return reinterpret_cast<std::uintptr_t>(begin_); }
  std::uintptr_t end() const { return begin() + 2 * kWindow; }

 private:
  static constexpr int kAnonymous = MAP_PRIVATE | MAP_ANONYMOUS;
  void* begin_;
};

class File {
 public:
  explicit File(const char* path) : descriptor_(open(path, O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) throw std::runtime_error(path);
  }
  ~File() { close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::size_t count(const char* bytes, std::size_t size, const std::string& needle) {
  std::size_t found = 0;
  const char* const end = bytes + size;
  while (bytes < end) {
    bytes = static_cast<const char*>(
        memmem(bytes, static_cast<std::size_t>(end - bytes), needle.data(), needle.size()));
    if (bytes == nullptr) break;
    ++found;
    ++bytes;
  }
  return found;
}

class Search {
 public:
  explicit Search(const std::string& needle) : needle_(needle), memory_("/proc/self/mem") {}

  std::size_t run() {
    read_maps();
    for (char* line = scratch_.maps(); *line != '\0';) {
      char* const end = strchrnul(line, '\n');
      consider(line);
      line = *end == '\0' ? end : end + 1;
    }
    return found_;
  }

 private:
  void read_maps() {
    const File maps("/proc/self/maps");
    std::size_t size = 0;
    for (ssize_t got = 1; got > 0 && size < kWindow - 1; size += static_cast<std::size_t>(got)) {
      got = read(maps.get(), scratch_.maps() + size, kWindow - 1 - size);
      if (got < 0) throw std::runtime_error("/proc/self/maps");
    }
    scratch_.maps()[size] = '\0';
  }

  void consider(const char* line) {
    unsigned long begin = 0;
    unsigned long end = 0;
    char rights[5] = {};
    if (std::sscanf(line, "%lx-%lx %4s", &begin, &end, rights) != 3) return;
    if (rights[0] != 'r' || rights[1] != 'w' || end - begin >= kTooLarge) return;
    // What the scratch holds are copies of what is counted where it stands.
    look_at(begin, std::min<std::uintptr_t>(end, scratch_.begin()));
    look_at(std::max<std::uintptr_t>(begin, scratch_.end()), end);
  }

  // Windows overlap by one byte less than the needle has, so that each place counts once.
  void look_at(std::uintptr_t begin, std::uintptr_t end) {
    const std::size_t step = kWindow - (needle_.size() - 1);
    for (std::uintptr_t at = begin; at < end; at += step) {
      const std::size_t wanted = std::min<std::size_t>(kWindow, end - at);
      const ssize_t got = pread(memory_.get(), scratch_.window(), wanted, static_cast<off_t>(at));
      if (got <= 0) return;
      found_ += count(scratch_.window(), static_cast<std::size_t>(got), needle_);
    }
  }

  const std::string& needle_;
  const File memory_;
  const Scratch scratch_;
  std::size_t found_ = 0;
};

}  // namespace

std::size_t copies_in_memory(const std::string& needle) { return Search(needle).run(); }

}  // namespace postern::testing
