// SPDX-License-Identifier: Apache-2.0
#include "proxy/confinement/call_filter.hpp"

#include <seccomp.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <system_error>

namespace postern::confinement {
namespace {

constexpr std::size_t kMostArguments = 6;

std::string why(const std::string& what, int number) {
  return what + ": " + std::generic_category().message(number);
}

}  // namespace

void CallFilter::Release::operator()(void* filter) const noexcept { seccomp_release(filter); }

CallFilter::CallFilter(Otherwise otherwise)
    : filter_(
          seccomp_init(otherwise == Otherwise::kAllowed ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM))) {
  if (filter_ == nullptr) fault_ = "seccomp_init failed";
}

CallFilter::~CallFilter() = default;

void CallFilter::allow(std::span<const char* const> calls) { add_all(SCMP_ACT_ALLOW, calls); }

void CallFilter::allow(const char* call, std::initializer_list<Argument> conditions) {
  add(SCMP_ACT_ALLOW, call, conditions);
}

void CallFilter::deny_existence(std::span<const char* const> calls) {
  add_all(SCMP_ACT_ERRNO(ENOSYS), calls);
}

void CallFilter::refuse(std::span<const char* const> calls) {
  add_all(SCMP_ACT_ERRNO(EPERM), calls);
}

void CallFilter::kill(std::span<const char* const> calls) { add_all(SCMP_ACT_KILL_PROCESS, calls); }

void CallFilter::add_all(std::uint32_t action, std::span<const char* const> calls) {
  for (const char* const call : calls) add(action, call, {});
}

// A rule that does what is done without any is an error to libseccomp (EACCES), and so is one for
// a call that this processor does not have (EDOM).
void CallFilter::add(std::uint32_t action, const char* call,
                     std::initializer_list<Argument> conditions) {
  if (!fault_.empty()) return;
  const int number = seccomp_syscall_resolve_name(call);
  if (number == __NR_SCMP_ERROR) return;
  std::array<scmp_arg_cmp, kMostArguments> compared{};
  unsigned count = 0;
  for (const Argument& one : conditions) {
    compared.at(count++) = {
        .arg = one.number, .op = SCMP_CMP_MASKED_EQ, .datum_a = one.mask, .datum_b = one.value};
  }
  const int done = seccomp_rule_add_array(filter_.get(), action, number, count, compared.data());
  if (done == 0 || done == -EDOM || done == -EACCES) return;
  fault_ = why(std::string("the system call ") + call + " cannot be filtered", -done);
}

std::string CallFilter::load() {
  if (!fault_.empty()) return fault_;
  // All threads, not only this one.
  if (const int done = seccomp_attr_set(filter_.get(), SCMP_FLTATR_CTL_TSYNC, 1); done != 0) {
    return why("the system cannot filter the calls of all threads", -done);
  }
  // Those of another processor's, which this one can do as well.
  if (seccomp_attr_set(filter_.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0) {
    return "the system cannot filter the calls of another processor";
  }
  if (const int done = seccomp_load(filter_.get()); done != 0) {
    return why("the system refuses the filter of system calls", -done);
  }
  return {};
}

bool CallFilter::is_known(const char* call) {
  return seccomp_syscall_resolve_name(call) != __NR_SCMP_ERROR;
}

}  // namespace postern::confinement
