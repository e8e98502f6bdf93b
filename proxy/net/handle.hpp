// SPDX-License-Identifier: Apache-2.0
// Ownership of libuv's handles: the C++ owner may die at once, libuv gets its time. The deleter
// cuts the handle off from its owner and closes it; the block is freed when libuv says so.
#pragma once

#include <uv.h>

#include <memory>

namespace postern::net {

template <class H>
struct CloseHandle {
  void operator()(H* handle) const noexcept {
    handle->data = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(handle),
             [](uv_handle_t* closed) { delete reinterpret_cast<H*>(closed); });
  }
};

/// Only for handles that libuv has initialised.
template <class H>
using Handle = std::unique_ptr<H, CloseHandle<H>>;

/// The object behind a handle, or null when its owner has died.
template <class Owner, class H>
Owner* owner_of(H* handle) noexcept {
  return static_cast<Owner*>(handle->data);
}

}  // namespace postern::net
