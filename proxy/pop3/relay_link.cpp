#include "proxy/pop3/relay_link.hpp"

namespace postern::pop3 {

void RelayLink::on_client(std::string_view& bytes) {
  while (!bytes.empty() && !relay_.finished() && relay_.takes_input() &&
         !outlet_.upstream_blocked()) {
    relay_.on_client(bytes, outlet_.upstream());
    answer();
  }
}

void RelayLink::on_backend(std::string_view bytes) {
  Gather downstream(outlet_.downstream());
  relay_.on_backend(bytes, downstream);
  outlet_.send(downstream);
}

CloseReason RelayLink::on_backend_end() {
  Gather downstream(outlet_.downstream());
  const CloseReason reason = relay_.on_backend_end(downstream);
  outlet_.send(downstream);
  return reason;
}

CloseReason RelayLink::on_backend_overdue() {
  Gather downstream(outlet_.downstream());
  const CloseReason reason = relay_.on_backend_overdue(downstream);
  outlet_.send(downstream);
  return reason;
}

void RelayLink::answer() {
  if (outlet_.downstream_blocked()) return;
  Gather downstream(outlet_.downstream());
  relay_.answer(downstream);
  outlet_.send(downstream);
}

}  // namespace postern::pop3
