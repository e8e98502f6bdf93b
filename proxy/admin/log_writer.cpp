// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/log_writer.hpp"

#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ostream_sink.h>

#include <atomic>
#include <ostream>
#include <type_traits>

#include "proxy/admin/log_outlet.hpp"

namespace postern::admin {
namespace {

// The library keeps one for the whole process; each log here has its own.
using Queue = std::remove_reference_t<decltype(*spdlog::thread_pool())>;

}  // namespace

// In the order in which they are made: the queue's thread ends before what it uses.
struct LogWriter::Parts final : LogSource {
  TellLost tell;
  std::atomic<std::uint64_t> unqueued{0};  // lines that never came into the queue
  LogOutlet outlet;
  std::ostream stream{&outlet};
  std::shared_ptr<Queue> queue;
  Queue* waiting = nullptr;          // the same, as long as its thread runs
  std::uint64_t overrun_at_end = 0;  // of the queue that is gone
  std::shared_ptr<spdlog::async_logger> logger;

  Parts(LogTarget target, TellLost tell_lost)
      : tell(std::move(tell_lost)), outlet(*this, std::move(target)) {}

  bool has_more() override { return waiting != nullptr && waiting->queue_size() != 0; }
  std::uint64_t overruns() override {
    return (waiting == nullptr ? overrun_at_end : waiting->overrun_counter()) + unqueued;
  }
  std::string tell_lost(std::uint64_t lines) override { return tell(lines); }
};

LogWriter::LogWriter(LogTarget target, TellLost tell_lost, std::size_t room)
    : parts_(std::make_unique<Parts>(std::move(target), std::move(tell_lost))) {
  auto sink = std::make_shared<spdlog::sinks::ostream_sink_st>(parts_->stream);
  sink->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
  parts_->queue = std::make_shared<Queue>(room, 1);
  parts_->waiting = parts_->queue.get();
  parts_->logger = std::make_shared<spdlog::async_logger>(
      "", std::move(sink), parts_->queue, spdlog::async_overflow_policy::overrun_oldest);
  parts_->logger->set_error_handler([this](const std::string&) { ++parts_->unqueued; });
}

// The queue's end is a message after all others, so whoever writes must not wait for ever. Its
// thread has ended when the queue is gone; only then does the sink go that it wrote to.
LogWriter::~LogWriter() {
  parts_->outlet.give_up_at(std::chrono::steady_clock::now() + kLastWait);
  const std::uint64_t overrun = parts_->waiting->overrun_counter();
  parts_->queue.reset();
  parts_->logger.reset();
  parts_->overrun_at_end = overrun;
  parts_->waiting = nullptr;
  parts_->stream.flush();
}

void LogWriter::put(std::string_view line) noexcept {
  parts_->logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

void LogWriter::use(LogTarget target) { parts_->outlet.use(std::move(target)); }

std::uint64_t LogWriter::lost() const noexcept {
  return parts_->overruns() + parts_->outlet.failures();
}

}  // namespace postern::admin
