// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/directory_watch.hpp"

#include <utility>

#include "policy/must.hpp"
#include "proxy/net/trampoline.hpp"

namespace postern::net {

DirectoryWatch::DirectoryWatch(Loop& loop, const std::string& directory, OnChange on_change)
    : on_change_(std::move(on_change)) {
  auto* const handle = new uv_fs_event_t;
  policy::must(uv_fs_event_init(loop.raw(), handle) == 0, "uv_fs_event_init");
  handle_.reset(handle);
  handle->data = this;
  fault_ = uv_fs_event_start(
      handle, Trampoline([](uv_fs_event_t* told, const char* name, int /*events*/, int status) {
        auto* const self = owner_of<DirectoryWatch>(told);
        if (self == nullptr || status != 0) return;
        self->on_change_(name == nullptr ? std::string_view() : std::string_view(name));
      }),
      directory.c_str(), 0);
}

}  // namespace postern::net
