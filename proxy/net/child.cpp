// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/child.hpp"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <utility>

namespace postern::net {
namespace {

constexpr int kSignalled = 128;
constexpr auto kByHandle = static_cast<idtype_t>(3);  // P_PIDFD, which not every glibc names

// What became of it, once it has ended; then it is no zombie any more.
std::optional<int> outcome_of(const Descriptor& handle) noexcept {
  siginfo_t told{};
  const auto number = static_cast<id_t>(handle.get());
  if (::waitid(kByHandle, number, &told, WEXITED | WNOHANG) != 0) return kSignalled;
  if (told.si_pid == 0) return std::nullopt;
  return told.si_code == CLD_EXITED ? told.si_status : kSignalled + told.si_status;
}

}  // namespace

Child::Child(Loop& loop, pid_t pid, Descriptor handle, Ended ended)
    : pid_(pid), handle_(std::move(handle)), ended_(std::move(ended)) {
  Readiness::Owner& owner = *this;
  readiness_ = std::make_unique<Readiness>(loop, handle_, owner);
}

Child::~Child() {
  if (readiness_) static_cast<void>(outcome_of(handle_));
}

// By its handle: its number may be somebody else's by now.
void Child::kill() noexcept {
  ::syscall(SYS_pidfd_send_signal, handle_.get(), SIGKILL, nullptr, 0U);
}

void Child::on_readable() {
  const std::optional<int> outcome = outcome_of(handle_);
  if (!outcome) return;
  readiness_.reset();
  ended_(*outcome);
}

std::vector<std::string> environment() {
  std::vector<std::string> variables;
  for (char* const* one = environ; *one != nullptr; ++one) variables.emplace_back(*one);
  return variables;
}

}  // namespace postern::net
