// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/staple.hpp"

#include "tls/file.hpp"

namespace postern::server {

void Staple::read(const tls::Certificate& certificate, std::chrono::sys_seconds now) {
  if (file_.empty()) return;
  settling_ = net::Settling(net::stamps_of({file_}));
  der_.clear();
  fault_.clear();
  auto bytes = tls::read_file(file_, tls::kMaxOcspBytes);
  if (!bytes) {
    fault_ = "it cannot be read: " + bytes.error().why;
    return;
  }
  const auto answer = tls::read_ocsp(*bytes, certificate);
  if (!answer) {
    fault_ = answer.error();
    return;
  }
  answer_ = *answer;
  if (const auto fault = tls::out_of_time(answer_, now)) {
    fault_ = *fault;
    return;
  }
  der_ = *std::move(bytes);
}

Staple::Due Staple::look(std::chrono::sys_seconds now) {
  if (file_.empty()) return Due::kNothing;
  if (!der_.empty() && tls::out_of_time(answer_, now)) return Due::kReading;
  switch (settling_.look(net::stamps_of({file_}))) {
    case net::Settling::State::kAsRead:
      return Due::kNothing;
    case net::Settling::State::kMoving:
      return Due::kSoon;
    case net::Settling::State::kReady:
      return Due::kReading;
  }
  std::unreachable();
}

std::optional<std::chrono::sys_seconds> Staple::good_until() const {
  return der_.empty() ? std::nullopt : answer_.next_update;
}

Staple::Shown Staple::on(const Shown& certificate) const {
  return der_.empty() ? certificate : certificate->with_ocsp(der_);
}

}  // namespace postern::server
