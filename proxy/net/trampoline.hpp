// SPDX-License-Identifier: Apache-2.0
// What libuv is given to call: a function of ours from which no exception comes out. libuv is C; an
// exception in its frames would leave the loop half way through what it was doing, so one that
// nobody caught ends the process here.
#pragma once

namespace postern::net {

/// Trampoline([](uv_timer_t* timer) { … }): becomes a pointer to a function. The lambda has no
/// captures; what it needs hangs on the handle.
template <class Function>
class Trampoline {
 public:
  explicit constexpr Trampoline(Function /*function*/) noexcept {}

  template <class... Arguments>
  using Pointer = void (*)(Arguments...);

  template <class... Arguments>
  // NOLINTNEXTLINE(google-explicit-constructor): it is made for one call.
  constexpr operator Pointer<Arguments...>() const noexcept {
    return [](Arguments... arguments) noexcept { Function()(arguments...); };
  }
};

}  // namespace postern::net
