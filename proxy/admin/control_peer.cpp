// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/control_peer.hpp"

#include <string_view>
#include <utility>

namespace postern::admin {

ControlPeer::ControlPeer(net::Loop& loop, net::Descriptor connection, net::LocalPeer who,
                         std::uint64_t number, Owner& owner)
    : who_(std::move(who)),
      number_(number),
      owner_(owner),
      patience_(loop, [this] { end(); }),
      turn_end_(loop, [this] { hear_early(); }),
      stream_(loop, *this) {
  if (stream_.adopt(std::move(connection)) == 0) {
    await_request();
  } else {
    end();
  }
}

// What came early is heard in another turn, or many requests in a row would be as deep.
void ControlPeer::await_request() {
  step_ = Step::kAsking;
  patience_.start(kPatience);
  early_.empty() ? stream_.start_reading() : turn_end_.ask();
}

void ControlPeer::hear_early() {
  if (step_ != Step::kAsking) return;
  const std::string early = std::exchange(early_, {});
  hear(early);
  if (step_ == Step::kAsking) stream_.start_reading();
}

void ControlPeer::on_bytes(net::Stream&, std::span<char> bytes) {
  if (step_ == Step::kListening) return end();
  if (step_ == Step::kAsking) hear({bytes.data(), bytes.size()});
}

// While it is answered nothing is read: what it says then waits in the kernel.
void ControlPeer::hear(std::string_view bytes) {
  switch (request_.feed(bytes)) {
    case FrameReader::State::kMore:
      return;
    case FrameReader::State::kTooLong:
      return end();
    case FrameReader::State::kWhole:
      early_ = bytes;
      step_ = Step::kAnswering;
      patience_.stop();
      stream_.stop_reading();
      owner_.on_asked(*this, request_.take());
  }
}

bool ControlPeer::tell(std::string_view frames) {
  if (step_ == Step::kAnswering) {
    step_ = Step::kListening;
    stream_.start_reading();
  }
  if (step_ != Step::kListening) return false;
  stream_.send(frames);
  stream_.flush();
  return !stream_.pending();
}

void ControlPeer::answer(const std::string& json) {
  if (step_ != Step::kAnswering && step_ != Step::kListening) return;
  step_ = Step::kTaking;
  stream_.stop_reading();
  patience_.start(kPatience);
  stream_.send(framed(json));
  stream_.flush();
  if (!stream_.pending() && step_ == Step::kTaking) await_request();
}

void ControlPeer::on_drained(net::Stream&) {
  if (step_ == Step::kTaking) await_request();
  if (step_ == Step::kListening) owner_.on_listening(*this);
}

void ControlPeer::on_end(net::Stream&, net::StreamEnd) { end(); }

void ControlPeer::end() {
  if (std::exchange(step_, Step::kOver) == Step::kOver) return;
  patience_.stop();
  stream_.close();
  owner_.on_over(*this);
}

}  // namespace postern::admin
