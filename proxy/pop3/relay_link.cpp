// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/relay_link.hpp"

namespace postern::pop3 {

void RelayLink::on_client(std::string_view& bytes, Outlet& outlet) {
  while (!bytes.empty() && !relay_.finished() && relay_.takes_input() &&
         !outlet.upstream_blocked()) {
    relay_.on_client(bytes, outlet.upstream());
    answer(outlet);
  }
}

void RelayLink::on_backend(std::string_view bytes, Outlet& outlet) {
  Gather downstream(outlet.downstream());
  relay_.on_backend(bytes, downstream);
  outlet.send(downstream);
}

CloseReason RelayLink::on_backend_end(Outlet& outlet) {
  Gather downstream(outlet.downstream());
  const CloseReason reason = relay_.on_backend_end(downstream);
  outlet.send(downstream);
  return reason;
}

CloseReason RelayLink::on_backend_overdue(Outlet& outlet) {
  Gather downstream(outlet.downstream());
  const CloseReason reason = relay_.on_backend_overdue(downstream);
  outlet.send(downstream);
  return reason;
}

void RelayLink::answer(Outlet& outlet) {
  if (outlet.downstream_blocked()) return;
  Gather downstream(outlet.downstream());
  relay_.answer(downstream);
  outlet.send(downstream);
}

}  // namespace postern::pop3
