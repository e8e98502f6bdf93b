// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/trace_channel.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "proxy/admin/control_frame.hpp"

namespace postern::admin {
namespace {

using nlohmann::json;
using Clock = std::chrono::system_clock;

std::string text_of(Clock::time_point when) {
  const auto second = std::chrono::floor<std::chrono::seconds>(when);
  const auto rest = std::chrono::floor<std::chrono::milliseconds>(when - second);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(Clock::to_time_t(second)),
                     rest.count());
}

std::string frame_of(const json& told) {
  return framed(told.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

void TraceChannel::put(const TraceEntry& entry) {
  json told = {{"ts", text_of(Clock::now())}, {"sid", entry.sid}, {"ip", entry.ip}};
  if (!entry.user.empty()) told["user"] = entry.user;
  told["mark"] = entry.mark;
  told["text"] = entry.text;
  const std::string frame = frame_of(told);
  const std::lock_guard lock(mutex_);
  if (ready_ == nullptr) return;
  if (frames_.size() + frame.size() > kMostBytes) {
    ++missing_;
    ++left_out_;
    return;
  }
  const bool first = frames_.empty();
  tell_left_out();
  frames_ += frame;
  if (first) ready_->signal();
}

std::string TraceChannel::take() {
  const std::lock_guard lock(mutex_);
  tell_left_out();
  return std::exchange(frames_, {});
}

void TraceChannel::close() {
  const std::lock_guard lock(mutex_);
  ready_ = nullptr;
}

std::uint64_t TraceChannel::left_out() const {
  const std::lock_guard lock(mutex_);
  return left_out_;
}

void TraceChannel::tell_left_out() {
  if (missing_ == 0) return;
  frames_ += frame_of({{"left_out", std::exchange(missing_, 0)}});
}

}  // namespace postern::admin
