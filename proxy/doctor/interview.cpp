// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/interview.hpp"

#include <utility>

namespace postern::doctor {
namespace {

using transport::Transport;
using upstream::Dialer;

// RFC 2449 section 3 lets a reply have 512 bytes; nobody's line is a hundred times as long.
constexpr std::size_t kLongestLine = 65'536;

}  // namespace

Interview::Interview(const Dialer::World& world, const Question& question, net::Callback done)
    : question_(question),
      done_(std::move(done)),
      patience_(world.loop, [this] { cut(Cut::kSilence); }) {
  Dialer::Owner& self = *this;
  dialer_ = std::make_unique<Dialer>(
      world, self,
      Dialer::Target{question.address, question.host, question.link, question.patience,
                     question.sources, question.announcement});
}

void Interview::on_dialed(Dialer& dialer, std::unique_ptr<Transport> connection,
                          std::string_view greeting) {
  connection_ = std::move(connection);
  connection_->hand_over(*this);
  connection_->set_reading(true);
  wait();
  on_greeted(dialer, greeting, *connection_);
}

void Interview::on_dial_failed(Dialer&, const upstream::DialFailure& failure) {
  on_unreached(failure);
  leave();
}

void Interview::on_plaintext(Transport&, std::span<char> bytes) {
  if (over_) return;
  heard_.append(bytes.data(), bytes.size());
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = heard_.find('\n', begin)) != std::string::npos;) {
    std::string_view line(heard_.data() + begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    begin = end + 1;
    on_line(line);
    if (over_) return;
  }
  heard_.erase(0, begin);
  if (heard_.size() > kLongestLine) cut(Cut::kEndlessLine);
}

void Interview::on_end(Transport&, transport::TransportEnd) { cut(Cut::kEnd); }
void Interview::on_phase(Dialer&, upstream::DialPhase) {}
void Interview::on_secured(Transport&) {}
void Interview::on_full(Transport&) {}
void Interview::on_drained(Transport&) {}
void Interview::on_connected(Transport&, int) {}

void Interview::cut(Cut why) {
  if (!over_) on_cut(why);
}

void Interview::leave() {
  if (std::exchange(over_, true)) return;
  patience_.stop();
  if (connection_) {
    connection_->say_goodbye();
    connection_->close();
  }
  done_();
}

}  // namespace postern::doctor
