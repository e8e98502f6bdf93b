// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/outbox.hpp"

#include <cstring>

#include "policy/must.hpp"
#include "proxy/net/stream.hpp"
#include "proxy/net/trampoline.hpp"

namespace postern::net {
namespace {

// What is copied for less than a processor is woken for.
constexpr std::size_t kLittle = 8'192;

}  // namespace

Outbox::Outbox(uv_loop_t& loop) : before_poll_(new uv_prepare_t), behind_poll_(new uv_check_t) {
  policy::must(uv_prepare_init(&loop, before_poll_.get()) == 0, "uv_prepare_init");
  policy::must(uv_check_init(&loop, behind_poll_.get()) == 0, "uv_check_init");
  before_poll_->data = behind_poll_->data = this;
  uv_prepare_start(before_poll_.get(),
                   Trampoline([](uv_prepare_t* handle) { owner_of<Outbox>(handle)->flush(); }));
  uv_check_start(behind_poll_.get(),
                 Trampoline([](uv_check_t* handle) { owner_of<Outbox>(handle)->flush(); }));
  // It is nothing that the loop would have to wait for.
  uv_unref(reinterpret_cast<uv_handle_t*>(before_poll_.get()));
  uv_unref(reinterpret_cast<uv_handle_t*>(behind_poll_.get()));
}

bool Outbox::put(Stream& stream, std::string_view bytes) {
  if (bytes.size() > kLittle) return false;
  if (bytes.size() > bytes_.size() - used_) flush();
  used_ += bytes.copy(bytes_.data() + used_, bytes.size());
  if (letters_.empty() || letters_.back().to != &stream) letters_.push_back({&stream, 0});
  letters_.back().size += bytes.size();
  return true;
}

void Outbox::flush() {
  if (letters_.empty()) return;
  std::string_view bytes(bytes_.data(), used_);
  for (const Letter& letter : letters_) {
    letter.to->transmit(bytes.substr(0, letter.size));
    bytes.remove_prefix(letter.size);
  }
  letters_.clear();
  explicit_bzero(bytes_.data(), used_);  // passwords go to the backend this way
  used_ = 0;
}

}  // namespace postern::net
