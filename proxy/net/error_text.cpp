// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/error_text.hpp"

#include <uv.h>

namespace postern::net {

int timed_out() noexcept { return UV_ETIMEDOUT; }
int closed_by_peer() noexcept { return UV_EOF; }
int no_address() noexcept { return UV_EAI_NODATA; }

std::string error_text(int error) {
  if (error == UV_EOF) return "it closed the connection";
  if (error == UV_ETIMEDOUT) return "timed out";
  return uv_strerror(error);
}

}  // namespace postern::net
