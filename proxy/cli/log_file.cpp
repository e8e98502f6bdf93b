// SPDX-License-Identifier: Apache-2.0
#include "proxy/cli/log_file.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace postern::cli {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t kChunk = std::size_t{64} * 1024;

bool is_packed_otherwise(std::string_view head) noexcept {
  constexpr std::string_view kMarks[] = {"\xfd\x37\x7a\x58\x5a\x00"sv, "\x28\xb5\x2f\xfd"sv,
                                         "BZh"sv};  // xz, zstd, bzip2
  return std::ranges::any_of(kMarks, [&](std::string_view mark) { return head.starts_with(mark); });
}

}  // namespace

LogFile::LogFile(const std::string& path)
    : file_(path == "-" ? stdin : std::fopen(path.c_str(), "rb")), read_(kChunk) {
  if (file_) return;
  error_ = errno;
  give_up(std::generic_category().message(error_));
}

std::string_view LogFile::give_up(std::string trouble) {
  trouble_ = std::move(trouble);
  file_.reset();
  return {};
}

// Whether there are bytes that are not used.
bool LogFile::fill() {
  if (!unused_.empty()) return true;
  unused_ = {read_.data(), std::fread(read_.data(), 1, read_.size(), file_.get())};
  if (!unused_.empty()) return true;
  if (std::ferror(file_.get()) != 0) {
    error_ = errno;
    give_up(std::generic_category().message(error_));
  }
  return false;
}

std::string_view LogFile::next() {
  if (!file_ || (gunzip_ == nullptr && !fill())) return {};
  if (!std::exchange(begun_, true)) {
    if (is_packed_otherwise(unused_)) return give_up("packed, and not by gzip: unpack it first");
    if (report::Gunzip::is_packed(unused_)) gunzip_ = std::make_unique<report::Gunzip>();
  }
  return gunzip_ ? unpack() : std::exchange(unused_, {});
}

std::string_view LogFile::unpack() {
  unpacked_.resize(kChunk);
  while (file_) {
    const bool more = fill();
    if (!file_) return {};
    const auto size = gunzip_->next(unused_, unpacked_);
    if (!size) return give_up("what gzip has packed is broken");
    if (*size > 0) return {unpacked_.data(), *size};
    if (more) continue;
    if (!gunzip_->is_complete()) return give_up("what gzip has packed ends too early");
    file_.reset();
  }
  return {};
}

}  // namespace postern::cli
