// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/table.hpp"

#include <chrono>

#include "proxy/session/session.hpp"

namespace postern::session {

Table::Table(net::Loop& loop, unsigned worker, net::Callback reaped)
    : reaped_(std::move(reaped)), turn_end_(loop, [this] { reap(); }) {
  // Ids start from the time, so that those of two runs do not meet in one log; workers interleave.
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  next_number_ = (static_cast<std::uint64_t>(ms) << 8) + worker;
}

Table::~Table() = default;

Session& Table::add(std::unique_ptr<Session> session) {
  session->table_position_ = sessions_.size();
  sessions_.push_back(std::move(session));
  return *sessions_.back();
}

void Table::retire(Session& session) {
  if (std::exchange(session.retired_, true)) return;
  retired_.push_back(&session);
  turn_end_.ask();
}

void Table::bury(std::unique_ptr<transport::Transport> connection) {
  buried_.push_back(std::move(connection));
  turn_end_.ask();
}

void Table::reap() {
  buried_.clear();
  if (retired_.empty()) return;
  for (Session* const session : std::exchange(retired_, {})) {
    session->retired_ = session->may_end();
    if (!session->retired_) continue;
    const std::size_t position = session->table_position_;
    std::swap(sessions_[position], sessions_.back());
    sessions_[position]->table_position_ = position;
    sessions_.pop_back();
  }
  reaped_();
}

void Table::drain() {
  for (const auto& session : sessions_) session->drain();
}

// Whoever is retired stays where it is until the turn's end.
void Table::visit(const std::function<void(Session&)>& visitor) {
  for (const auto& session : sessions_) visitor(*session);
}

void Table::kill() {
  for (const auto& session : sessions_) session->kill();
}

// Crockford's base 32: short, and not misread over the telephone.
std::string Table::next_id() {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::uint64_t number = next_number_;
  next_number_ += 256;
  std::string id;
  for (; number != 0; number >>= 5) id.insert(id.begin(), kDigits[number & 31]);
  return id;
}

}  // namespace postern::session
