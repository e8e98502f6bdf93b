// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/log_outlet.hpp"

#include <algorithm>

namespace postern::admin {
namespace {

using std::chrono::steady_clock;

// What goes out in one write: about as much as a pipe takes whole.
constexpr std::size_t kBatch = 4096;

// How soon it is seen that the target has changed, or that there is no more time.
constexpr std::chrono::milliseconds kPatience{50};

}  // namespace

LogOutlet::LogOutlet(LogSource& source, LogTarget target)
    : source_(source),
      target_(std::make_shared<const LogTarget>(std::move(target))),
      end_(steady_clock::time_point::max().time_since_epoch().count()) {}

void LogOutlet::use(LogTarget target) {
  auto next = std::make_shared<const LogTarget>(std::move(target));
  const std::lock_guard lock(mutex_);
  target_.swap(next);
}

void LogOutlet::give_up_at(steady_clock::time_point end) noexcept {
  end_ = end.time_since_epoch().count();
}

bool LogOutlet::is_given_up() const noexcept {
  return steady_clock::now().time_since_epoch().count() >= end_;
}

LogOutlet::TargetPtr LogOutlet::target() const {
  const std::lock_guard lock(mutex_);
  return target_;
}

std::streamsize LogOutlet::xsputn(const char* text, std::streamsize size) {
  held_.append(text, static_cast<std::size_t>(size));
  if (held_.size() >= kBatch || !source_.has_more()) write_out();
  return size;
}

LogOutlet::int_type LogOutlet::overflow(int_type character) {
  const char byte = traits_type::to_char_type(character);
  xsputn(&byte, 1);
  return traits_type::not_eof(character);
}

int LogOutlet::sync() {
  if (!held_.empty()) write_out();
  return 0;
}

void LogOutlet::write_out() {
  const std::uint64_t lost = source_.overruns() + failures_;
  if (lost != told_ && deliver(source_.tell_lost(lost - told_) + '\n') == 0) told_ = lost;
  failures_ += deliver(held_);
  held_.clear();
}

// How many of the lines are lost.
std::uint64_t LogOutlet::deliver(std::string_view lines) {
  const auto count = [](std::string_view text) {
    return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
  };
  if (torn_ && !push("\n").empty()) return count(lines);
  torn_ = false;
  const std::string_view rest = push(lines);
  if (rest.empty()) return 0;
  const std::string_view taken = lines.substr(0, lines.size() - rest.size());
  torn_ = !taken.empty() && taken.back() != '\n';
  return count(rest);
}

// What was not taken.
std::string_view LogOutlet::push(std::string_view bytes) {
  while (!bytes.empty()) {
    const TargetPtr target = this->target();
    const LogTarget::Result result = target->write(bytes);
    switch (result.taken) {
      case LogTarget::Taken::kSome:
        bytes.remove_prefix(result.bytes);
        break;
      case LogTarget::Taken::kNotNow:
        if (is_given_up()) return bytes;
        target->wait(kPatience);
        break;
      case LogTarget::Taken::kFailed:
        return bytes;
    }
  }
  return bytes;
}

}  // namespace postern::admin
