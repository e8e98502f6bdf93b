#include "tests/support/memory_scan.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <vector>

namespace postern::testing {
namespace {

struct Region {
  std::uintptr_t begin;
  std::uintptr_t end;
};

// A sanitizer's shadow is terabytes of nothing.
constexpr std::uintptr_t kTooLarge = std::uintptr_t{1} << 32;

constexpr std::size_t kWindow = 1 << 20;

std::vector<Region> writable_regions() {
  std::vector<Region> regions;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    unsigned long begin = 0;
    unsigned long end = 0;
    char rights[5] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &begin, &end, rights) != 3) continue;
    if (rights[0] == 'r' && rights[1] == 'w' && end - begin < kTooLarge) {
      regions.push_back({begin, end});
    }
  }
  return regions;
}

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

// Windows overlap by one byte less than the needle has, so that each place counts once.
std::size_t count_in(int memory, const Region& region, const std::string& needle, char* window) {
  std::size_t found = 0;
  const std::size_t step = kWindow - (needle.size() - 1);
  for (std::uintptr_t at = region.begin; at < region.end; at += step) {
    const std::size_t wanted = std::min<std::size_t>(kWindow, region.end - at);
    const ssize_t got = pread(memory, window, wanted, static_cast<off_t>(at));
    if (got <= 0) break;
    found += count(window, static_cast<std::size_t>(got), needle);
    explicit_bzero(window, static_cast<std::size_t>(got));
  }
  return found;
}

}  // namespace

std::size_t copies_in_memory(const std::string& needle) {
  const int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  if (memory < 0) throw std::runtime_error("cannot read /proc/self/mem");
  const auto window = std::make_unique<char[]>(kWindow);
  const auto own = reinterpret_cast<std::uintptr_t>(window.get());
  std::size_t found = 0;
  for (const Region& region : writable_regions()) {
    // What the window holds is a copy of what was counted already.
    if (own >= region.begin && own < region.end) {
      found += count_in(memory, {region.begin, own}, needle, window.get());
      found += count_in(memory, {own + kWindow, region.end}, needle, window.get());
    } else {
      found += count_in(memory, region, needle, window.get());
    }
  }
  close(memory);
  return found;
}

}  // namespace postern::testing
