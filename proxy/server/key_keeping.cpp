// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/key_keeping.hpp"

#include <utility>

namespace postern::server {

using conf::LogLevel;

KeyKeeping::KeyKeeping(net::Loop& loop, admin::Log& log, const Workers& workers,
                       std::optional<keys::Keeper> keeper, std::function<void()> gone)
    : loop_(loop),
      log_(log),
      workers_(workers),
      keeper_(std::move(keeper)),
      gone_(std::move(gone)) {}

std::expected<void, Refusal> KeyKeeping::begin(const conf::Startup& startup, std::size_t workers) {
  if (!startup.isolate_keys) keeper_.reset();
  if (!keeper_) return {};
  keys::SignerLink::Owner& owner = *this;
  link_ = std::make_unique<keys::SignerLink>(loop_, *keeper_, owner);
  auto channels = link_->start(workers);
  if (channels) {
    channels_ = *std::move(channels);
    return {};
  }
  conf::Diagnostic why;
  why.text =
      "the process that is to keep the private keys (security.isolate_keys) does not start: " +
      channels.error();
  return std::unexpected(Refusal{Refusal::Cause::kSystem, {std::move(why)}});
}

void KeyKeeping::give_channels() {
  if (workers_.empty()) return;
  if (link_ && !link_->doubt().empty()) {
    say(LogLevel::kWarn, "start",
        "the process that keeps the private keys has more rights than it needs: " + link_->doubt());
  }
  for (std::size_t i = 0; i < channels_.size(); ++i) {
    workers_[i]->use_signer(std::move(channels_[i]));
  }
  channels_.clear();
}

void KeyKeeping::on_signer_lost() {
  say(LogLevel::kError, "signer_lost",
      "the process that keeps the private keys has died; open sessions go on, handshakes wait for "
      "the next one");
}

void KeyKeeping::on_signer_back(std::vector<net::Descriptor> channels,
                                const std::vector<std::string>& missing) {
  channels_ = std::move(channels);
  give_channels();
  for (const std::string& what : missing) {
    say(LogLevel::kError, "signer_back",
        "a key is lost until its certificate is renewed or postern restarted: " + what);
  }
  say(LogLevel::kInfo, "signer_back", "another process keeps the private keys");
}

// Whoever started the program is to start it anew; open sessions may end first.
void KeyKeeping::on_signer_gone() {
  say(LogLevel::kError, "signer_lost",
      "there can be no other process that keeps the private keys, because the one that starts it "
      "is gone, too; postern ends, so that it can be started anew");
  failed_ = true;
  gone_();
}

void KeyKeeping::on_signer_failed(const std::string& why) {
  say(LogLevel::kError, "signer_lost",
      "another process that keeps the private keys does not start, which is tried again: " + why);
}

void KeyKeeping::say(LogLevel level, std::string_view event, std::string_view message) {
  log_.write(level, log_.entry(level, event).finish(message));
}

}  // namespace postern::server
