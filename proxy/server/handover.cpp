// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/handover.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include "proxy/server/ban_text.hpp"
#include "proxy/server/process.hpp"
#include "tls/ticket_image.hpp"

namespace postern::server {
namespace {

using conf::LogLevel;

constexpr std::chrono::seconds kReportInterval{1};

}  // namespace

Handover::Handover(net::Loop& loop, admin::Log& log, std::optional<confinement::Launcher> launcher,
                   House& house)
    : loop_(loop),
      log_(log),
      launcher_(std::move(launcher)),
      house_(house),
      elders_(loop, *this),
      report_timer_(loop, [this] { report_now_and_then(); }),
      burial_(loop, [this] { heir_.reset(); }) {}

Handover::~Handover() = default;

std::optional<std::string> Handover::objection() const {
  if (!launcher_) return "this process was not started to serve for long";
  if (is_done()) return "another process serves already";
  if (heir_) return "another process is being started already";
  // Everything ends with the first process of a container.
  if (getpid() == 1) return "the first process of a container cannot give its place to another one";
  return std::nullopt;
}

void Handover::begin(Done done) {
  std::optional<std::string> why = objection();
  if (!why) {
    notify_manager("STATUS=another binary is being started");
    Successor::Owner& owner = *this;
    auto heir = Successor::start(loop_, *launcher_, estate_->doors.bequest(), owner);
    if (heir) {
      heir_ = *std::move(heir);
      done_ = std::move(done);
      return say(LogLevel::kInfo, fmt::format("{} is started to take the place of this process, as "
                                              "process {}",
                                              launcher_->file(), heir_->pid()));
    }
    why = std::move(heir.error());
  }
  say(LogLevel::kError, fmt::format("refused; this process goes on: {}", *why));
  notify_manager("STATUS=serving; another binary was refused, see the log");
  if (done) done(std::unexpected(*std::move(why)));
}

Legacy Handover::on_heir_prepared() {
  let_go_ = true;
  estate_->control.close();
  estate_->metrics.stop();
  estate_->logins.let_go();
  Legacy legacy;
  std::string image = tls::to_image(estate_->keys, tls::TicketKeys::TimePoint::clock::now());
  legacy.ticket_keys = pop3::Secret::taken_from(image);
  const auto now = std::chrono::steady_clock::now();
  for (const auto& ban : estate_->logins.guard().bans(now)) {
    legacy.bans.push_back(to_text(ban, now));
  }
  legacy.elders = elders_.lend();
  legacy.counted = counted();
  told_ = legacy.counted;
  return legacy;
}

void Handover::take_back() {
  estate_->logins.take_back();
  elders_.resume();
  if (const auto opened = estate_->control.open(); !opened) {
    say(LogLevel::kError, fmt::format("cannot open `control.socket` again: {}", opened.error()));
  }
  if (const auto opened = estate_->metrics.start(); !opened) {
    say(LogLevel::kError, fmt::format("cannot open `metrics.listen` again: {}", opened.error()));
  }
}

void Handover::on_heir_serving() {
  notify_manager(fmt::format("MAINPID={}", heir_->pid()).c_str());
  heir_->confirm();
  elders_.clear();
  say(LogLevel::kInfo,
      fmt::format("process {} serves; this one ends with the last of its {} sessions", heir_->pid(),
                  estate_->admission.count()));
  house_.retire();
  report_now_and_then();
  finish(heir_->pid());
}

void Handover::on_heir_failed(const std::string& why) {
  if (std::exchange(let_go_, false)) take_back();
  say(LogLevel::kError, fmt::format("failed; this process goes on: {}", why));
  notify_manager("STATUS=serving; another binary failed to start, see the log");
  burial_.ask();
  finish(std::unexpected(why));
}

void Handover::finish(const std::expected<pid_t, std::string>& result) {
  if (Done done = std::exchange(done_, nullptr)) done(result);
}

void Handover::succeed(Heritage& heritage) {
  if (!heritage.predecessor()) return;
  awaits_manager_ = true;
  on_counted(heritage.legacy().counted);
  take_bans(heritage.legacy().bans);
  estate_->metrics.counters().count(admin::Metric::kHandovers, {});
  for (net::Descriptor& one : heritage.legacy().elders) elders_.add(std::move(one));
  elders_.add(std::move(*heritage.predecessor()).serve());
}

void Handover::take_bans(const std::vector<std::string>& texts) {
  const auto now = std::chrono::steady_clock::now();
  for (const std::string& text : texts) {
    if (const auto ban = ban_from(text, now)) estate_->logins.guard().restore(*ban, now);
  }
}

void Handover::on_main() { become_main(); }

// Its watchdog was fed by the one before, who may have been about to do it again: the first turn of
// this process would come too late.
void Handover::become_main() {
  if (!std::exchange(awaits_manager_, false)) return;
  notify_manager("READY=1\nSTATUS=serving");
  notify_manager("WATCHDOG=1");
}

// If it has left without a word, the service manager has noticed, too.
void Handover::on_elder_gone() {
  become_main();
  if (elders_.size() != 0) return;
  say(LogLevel::kInfo, "the last session of the processes before this one has ended");
}

void Handover::on_counted(const Counted& more) { estate_->metrics.metrics().carry(more); }

void Handover::on_elders_changed() { estate_->metrics.note_elders(elders_.sessions()); }

void Handover::report_now_and_then() {
  report(net::Wait::kNever);
  report_timer_.start(kReportInterval);
}

// What it does not take now it is told the next time.
void Handover::report(net::Wait wait) {
  if (!is_done()) return;
  const Counted more = difference(counted(), told_);
  for (const auto& [name, value] : heir_->report(more, estate_->admission.count(), wait)) {
    told_[name] += value;
  }
}

void Handover::abandon(const std::string& why) {
  if (heir_ && !heir_->is_serving()) heir_->abandon(why);
}

void Handover::say(LogLevel level, std::string_view message) {
  log_.write(level, log_.entry(level, "handover").finish(message));
}

}  // namespace postern::server
