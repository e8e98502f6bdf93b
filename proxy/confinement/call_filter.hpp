// SPDX-License-Identifier: Apache-2.0
// A filter of system calls in the making: what is not allowed fails with EPERM, or is the end of
// the process. Calls are named as in their manual pages; one that this processor or this libseccomp
// does not have needs no rule, and gets none.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>

namespace postern::confinement {

/// What becomes of a call that no rule allows.
enum class Otherwise {
  kRefused,  // EPERM
  kAllowed,  // only what is named is not
};

class CallFilter {
 public:
  /// A condition: `value` is what the argument of that number has in the bits of `mask`.
  struct Argument {
    unsigned number;
    std::uint64_t mask;
    std::uint64_t value;
  };

  explicit CallFilter(Otherwise otherwise = Otherwise::kRefused);
  ~CallFilter();
  CallFilter(const CallFilter&) = delete;
  CallFilter& operator=(const CallFilter&) = delete;

  void allow(std::span<const char* const> calls);
  /// Where all conditions hold. Several rules for a call: where one of them does.
  void allow(const char* call, std::initializer_list<Argument> conditions);
  /// It is as if the system did not have them: ENOSYS.
  void deny_existence(std::span<const char* const> calls);
  /// They fail with EPERM.
  void refuse(std::span<const char* const> calls);
  /// Nobody but an intruder calls them.
  void kill(std::span<const char* const> calls);

  /// From here on, for all threads of the process, and with no_new_privs. Empty, or why it could
  /// not be done.
  [[nodiscard]] std::string load();

  /// Whether this libseccomp has heard of such a call, on any processor.
  [[nodiscard]] static bool is_known(const char* call);

 private:
  void add(std::uint32_t action, const char* call, std::initializer_list<Argument> conditions);
  void add_all(std::uint32_t action, std::span<const char* const> calls);

  struct Release {
    void operator()(void* filter) const noexcept;
  };
  std::unique_ptr<void, Release> filter_;
  std::string fault_;  // the first
};

}  // namespace postern::confinement
