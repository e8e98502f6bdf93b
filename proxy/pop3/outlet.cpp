// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/outlet.hpp"

namespace postern::pop3 {

void Outlet::send_downstream(std::string_view bytes) {
  if (bytes.empty() || client_lost_) return;
  if (shell_.send_downstream(bytes) == Sink::kFull) downstream_blocked_ = true;
}

void Outlet::send(const Gather& downstream) {
  const std::string_view bytes = downstream.all();
  if (bytes.empty()) return;
  send_downstream(bytes);
  spare_.downstream.clear();
}

void Outlet::flush() {
  send_downstream(spare_.downstream);
  spare_.downstream.clear();
  if (!spare_.upstream.empty() && shell_.send_upstream(spare_.upstream) == Sink::kFull) {
    upstream_blocked_ = true;
  }
  spare_.upstream.clear();
}

void Outlet::flush_what_is_much() {
  constexpr std::size_t kReplyBatch = 8192;
  if (spare_.downstream.size() >= kReplyBatch) flush();
}

void Outlet::lose_client() noexcept {
  client_lost_ = true;
  downstream_blocked_ = false;
}

}  // namespace postern::pop3
