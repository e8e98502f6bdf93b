// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/reach.hpp"

#include <cstddef>
#include <cstdint>

namespace postern::session {

using upstream::DialPhase;

void Reach::send_to(std::string_view backend, std::string_view route) noexcept {
  if (backend != backend_) {
    address_.clear();
    suite_ = {};
  }
  backend_ = backend;
  route_ = route;
}

void Reach::begin_login(milliseconds now) noexcept {
  since_ = now;
  failures_.clear();
}

// TLS, the greeting and STLS belong to the connection that they come over.
void Reach::dial(DialPhase phase, std::string_view address, milliseconds now) {
  address_ = address;
  phase_ = phase;
  const bool begins = phase == DialPhase::kQueue || phase == DialPhase::kResolve;
  if (begins || phase == DialPhase::kConnect) since_ = now;
}

// Others may have begun in the meantime.
void Reach::fail(const upstream::DialFailure& failure, milliseconds now) {
  address_ = failure.address;
  phase_ = failure.phase;
  if (failure.phase != DialPhase::kResolve) since_ = now - failure.took;
  add_failure(failure.address, failure.text);
}

void Reach::fail(std::string_view why) { add_failure(address_, why); }

void Reach::add_failure(std::string_view address, std::string_view why) {
  constexpr std::size_t kMost = 512;  // a name may have many addresses
  if (failures_.size() >= kMost) return;
  if (!failures_.empty()) failures_ += "; ";
  if (!address.empty()) failures_.append(address).append(": ");
  failures_.append(why);
}

void Reach::tell_backend(admin::LogEntry& entry) const {
  if (backend_.empty()) return;
  entry.add("route", route_).add("backend", backend_);
  if (address_.empty()) return;
  entry.add("baddr", address_).add("btls", tls::text_of(suite_));
}

void Reach::tell_standstill(admin::LogEntry& entry, milliseconds now) const {
  if (phase_ == DialPhase::kQueue) entry.add("rule", "backend.max_connections");
  entry.add("phase", phase_ ? upstream::name_of(*phase_) : "login");
  entry.add_seconds("dur", static_cast<std::uint64_t>((now - since_).count()));
}

}  // namespace postern::session
