// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/gunzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <climits>
#include <utility>

#include "policy/must.hpp"

namespace postern::report {
namespace {

// The largest window, and a header of gzip's around it (zlib.h, inflateInit2).
constexpr int kGzip = 16 + MAX_WBITS;

uInt bounded(std::size_t size) noexcept {
  return static_cast<uInt>(std::min<std::size_t>(size, INT_MAX));
}

}  // namespace

struct Gunzip::Stream {
  z_stream z{};
};

Gunzip::Gunzip() : stream_(std::make_unique<Stream>()) {
  policy::must(inflateInit2(&stream_->z, kGzip) == Z_OK, "inflateInit2");
}

Gunzip::~Gunzip() { inflateEnd(&stream_->z); }

bool Gunzip::is_packed(std::string_view head) noexcept { return head.starts_with("\x1f\x8b"); }

// A file may hold several packed one behind the other: it unpacks to all of them.
std::optional<std::size_t> Gunzip::next(std::string_view& packed, std::span<char> room) noexcept {
  if (broken_) return std::nullopt;
  if (packed.empty() && complete_) return 0;
  z_stream& stream = stream_->z;
  if (std::exchange(complete_, false)) inflateReset(&stream);
  const uInt size = bounded(packed.size());
  const uInt space = bounded(room.size());
  // zlib does not write to its input, and has no const in this version's type.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = size;
  stream.next_out = reinterpret_cast<Bytef*>(room.data());
  stream.avail_out = space;
  const int result = inflate(&stream, Z_NO_FLUSH);
  packed.remove_prefix(size - stream.avail_in);
  complete_ = result == Z_STREAM_END;
  broken_ = result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR;
  if (broken_ && stream.avail_out == space) return std::nullopt;
  return space - stream.avail_out;
}

}  // namespace postern::report
