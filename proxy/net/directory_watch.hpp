// SPDX-License-Identifier: Apache-2.0
// Hears of what happens to the entries of one directory, as far as the system tells.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "proxy/net/handle.hpp"
#include "proxy/net/loop.hpp"

namespace postern::net {

class DirectoryWatch {
 public:
  /// With the name of the entry that was made, written, renamed, removed or given other
  /// permissions; with the last component of the directory's own name when it happened to that.
  using OnChange = std::move_only_function<void(std::string_view name)>;

  DirectoryWatch(Loop& loop, const std::string& directory, OnChange on_change);
  DirectoryWatch(const DirectoryWatch&) = delete;
  DirectoryWatch& operator=(const DirectoryWatch&) = delete;

  /// 0, or libuv's number for why nothing will be heard.
  int fault() const noexcept { return fault_; }

 private:
  OnChange on_change_;
  Handle<uv_fs_event_t> handle_;
  int fault_ = 0;
};

}  // namespace postern::net
