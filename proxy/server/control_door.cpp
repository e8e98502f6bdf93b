// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/control_door.hpp"

#include <utility>

namespace postern::server {

std::expected<ControlDoor::Ready, conf::Diagnostics> ControlDoor::prepare(
    const conf::Document& document) const {
  const std::string& path = document.settings.live.control.socket;
  Ready ready{.path = path, .fresh = {}, .warnings = {}};
  if (path.empty() || path == this->path()) return ready;
  auto made = net::LocalSocket::make(path);
  if (made) {
    ready.fresh = *std::move(made);
    return ready;
  }
  const conf::Mark mark = conf::mark_of(document, "control.socket");
  const bool is_default = mark.line == 0;
  conf::Diagnostic why =
      conf::about(document, is_default ? conf::Severity::kWarning : conf::Severity::kError, mark,
                  "cannot open `control.socket`: " + made.error());
  if (!is_default) return std::unexpected(conf::Diagnostics{std::move(why)});
  why.text += "; `status`, `reload` and their like find nobody";
  ready.warnings.push_back(std::move(why));
  return ready;
}

void ControlDoor::use(Ready ready) {
  wanted_ = ready.path;
  if (ready.path == path()) return;
  socket_.close();
  if (!ready.fresh) return;
  if (const auto opened = socket_.open(*std::move(ready.fresh)); !opened) {
    log_.write(conf::LogLevel::kError,
               log_.entry(conf::LogLevel::kError, "control")
                   .finish("cannot open `control.socket`: " + opened.error()));
  }
}

std::expected<void, std::string> ControlDoor::open() {
  if (wanted_.empty() || wanted_ == path()) return {};
  auto made = net::LocalSocket::make(wanted_);
  if (!made) return std::unexpected(std::move(made.error()));
  return socket_.open(*std::move(made));
}

}  // namespace postern::server
