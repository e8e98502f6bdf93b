// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/heritage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "tls/ticket_image.hpp"

namespace postern::server {
namespace {

std::unexpected<Refusal> refusal_of(std::string why) {
  conf::Diagnostic diagnostic;
  diagnostic.text = std::move(why);
  return std::unexpected(Refusal{Refusal::Cause::kSystem, {std::move(diagnostic)}});
}

// For whoever sees nothing of a terminal: the first line of the first.
std::string summary_of(const conf::Diagnostics& diagnostics, const std::string& file) {
  if (diagnostics.empty()) return {};
  const std::string first = conf::render(diagnostics.front(), file);
  std::string summary = first.substr(0, first.find('\n'));
  if (diagnostics.size() > 1) summary += fmt::format(" (and {} more)", diagnostics.size() - 1);
  return summary;
}

}  // namespace

std::expected<std::vector<InheritedSocket>, Refusal> Heritage::take_sockets() {
  std::vector<InheritedSocket> sockets = std::move(sockets_);
  if (!predecessor_) return sockets;
  auto more = predecessor_->take_sockets();
  if (!more) return refusal_of(std::move(more.error()));
  std::ranges::move(*more, std::back_inserter(sockets));
  return sockets;
}

std::expected<void, Refusal> Heritage::take_over(tls::TicketKeys& keys) {
  if (!predecessor_) return {};
  auto taken = predecessor_->take_over();
  if (!taken) return refusal_of(std::move(taken.error()));
  legacy_ = *std::move(taken);
  const auto now = tls::TicketKeys::TimePoint::clock::now();
  if (auto ring = tls::ring_from_image(legacy_.ticket_keys.reveal(), now)) {
    keys.inherit(std::move(ring));
  }
  legacy_.ticket_keys = {};
  return {};
}

void Heritage::refuse(const conf::Diagnostics& why, const std::string& file) {
  if (predecessor_) predecessor_->refuse(summary_of(why, file));
}

}  // namespace postern::server
