// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/control_socket.hpp"

#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "proxy/net/acceptor.hpp"

namespace postern::admin {
namespace {

constexpr std::string_view kNotYou =
    R"({"ok":false,"error":"permission denied: root, the user of the process and members of the )"
    R"(socket's group may speak here"})";
constexpr std::string_view kTooMany =
    R"({"ok":false,"error":"too many tools speak to this process already"})";

}  // namespace

ControlSocket::ControlSocket(net::Loop& loop, Owner& owner)
    : loop_(loop), owner_(owner), turn_end_(loop, [this] { bury(); }) {}

ControlSocket::~ControlSocket() = default;

std::expected<void, std::string> ControlSocket::open(net::LocalSocket socket) {
  if (auto placed = socket.put_in_place(); !placed) return placed;
  net::LocalListener::Owner& owner = *this;
  listener_ = std::make_unique<net::LocalListener>(loop_, std::move(socket), owner);
  return {};
}

void ControlSocket::close() { listener_.reset(); }

const std::string& ControlSocket::path() const noexcept {
  static const std::string kNowhere;
  return listener_ ? listener_->socket().path() : kNowhere;
}

bool ControlSocket::may_speak(const net::LocalPeer& who, uid_t own, gid_t group) noexcept {
  return who.user == 0 || who.user == own || who.is_in(group);
}

void ControlSocket::on_local_accept(net::Descriptor connection) {
  const auto who = net::peer_of(connection);
  if (!who || !may_speak(*who, geteuid(), listener_->socket().group())) {
    net::dismiss(std::move(connection), framed(kNotYou));
    return owner_.on_stranger(who.value_or(net::LocalPeer()));
  }
  bury();  // who has left in this very turn takes nobody's place
  if (peers_.size() >= kMostPeers) return net::dismiss(std::move(connection), framed(kTooMany));
  ControlPeer::Owner& owner = *this;
  peers_.push_back(
      std::make_unique<ControlPeer>(loop_, std::move(connection), *who, next_++, owner));
}

void ControlSocket::on_asked(ControlPeer& peer, std::string request) {
  owner_.on_request(peer.number(), peer.who(), std::move(request));
}

void ControlSocket::answer(std::uint64_t peer, const std::string& json) {
  const auto found = std::ranges::find(peers_, peer, &ControlPeer::number);
  if (found != peers_.end()) (*found)->answer(json);
}

bool ControlSocket::tell(std::uint64_t peer, std::string_view frames) {
  const auto found = std::ranges::find(peers_, peer, &ControlPeer::number);
  return found != peers_.end() && (*found)->tell(frames);
}

void ControlSocket::on_over(ControlPeer& peer) {
  turn_end_.ask();
  owner_.on_left(peer.number());
}

void ControlSocket::bury() {
  std::erase_if(peers_, [](const auto& peer) { return peer->is_over(); });
}

}  // namespace postern::admin
