// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/callback.hpp"

#include <utility>

#include "policy/must.hpp"
#include "proxy/net/trampoline.hpp"

namespace postern::net {
namespace {

template <class Owner, class H>
void call(H* handle) {
  if (Owner* const owner = owner_of<Owner>(handle)) (*owner)();
}

}  // namespace

Timer::Timer(Loop& loop, Callback callback)
    : callback_(std::move(callback)), handle_(new uv_timer_t) {
  policy::must(uv_timer_init(loop.raw(), handle_.get()) == 0, "uv_timer_init");
  handle_->data = &callback_;
}

void Timer::start(std::chrono::milliseconds delay) noexcept {
  const auto ms = static_cast<std::uint64_t>(delay.count() < 0 ? 0 : delay.count());
  uv_timer_start(handle_.get(), Trampoline([](uv_timer_t* timer) { call<Callback>(timer); }), ms,
                 0);
}

void Timer::stop() noexcept { uv_timer_stop(handle_.get()); }

Wakeup::Wakeup(Loop& loop, Callback callback)
    : callback_(std::move(callback)), handle_(new uv_async_t) {
  const Trampoline run([](uv_async_t* async) { call<Callback>(async); });
  policy::must(uv_async_init(loop.raw(), handle_.get(), run) == 0, "uv_async_init");
  handle_->data = &callback_;
}

TurnEnd::TurnEnd(Loop& loop, Callback callback)
    : callback_(std::move(callback)), check_(new uv_check_t), idle_(new uv_idle_t) {
  policy::must(uv_check_init(loop.raw(), check_.get()) == 0, "uv_check_init");
  policy::must(uv_idle_init(loop.raw(), idle_.get()) == 0, "uv_idle_init");
  check_->data = this;
  idle_->data = this;
}

void TurnEnd::ask() noexcept {
  uv_idle_start(idle_.get(), Trampoline([](uv_idle_t*) {}));
  uv_check_start(check_.get(), Trampoline([](uv_check_t* check) {
                   auto* const self = owner_of<TurnEnd>(check);
                   if (self == nullptr) return;
                   uv_check_stop(check);
                   uv_idle_stop(self->idle_.get());
                   self->callback_();
                 }));
}

Signal::Signal(Loop& loop, int number, Callback callback)
    : callback_(std::move(callback)), handle_(new uv_signal_t) {
  policy::must(uv_signal_init(loop.raw(), handle_.get()) == 0, "uv_signal_init");
  handle_->data = &callback_;
  uv_signal_start(handle_.get(),
                  Trampoline([](uv_signal_t* signal, int) { call<Callback>(signal); }), number);
}

}  // namespace postern::net
