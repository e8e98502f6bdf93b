// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/account.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <utility>

#include "proxy/net/descriptor.hpp"

namespace postern::doctor {
namespace {

constexpr std::size_t kMostText = 4'096;

std::vector<int> try_each(const std::vector<Access>& wanted) {
  std::vector<int> met;
  met.reserve(wanted.size());
  for (const Access& one : wanted) {
    // The real user is the effective one here.
    met.push_back(faccessat(AT_FDCWD, one.path.c_str(), one.mode, AT_EACCESS) == 0 ? 0 : errno);
  }
  return met;
}

// In the child: it becomes another one and is gone.
[[noreturn]] void tell_as(const Account& account, const std::vector<Access>& wanted, int pipe) {
  const bool became = initgroups(account.name.c_str(), account.group) == 0 &&
                      setgid(account.group) == 0 && setuid(account.user) == 0;
  if (!became) _exit(1);
  const std::vector<int> met = try_each(wanted);
  const auto size = static_cast<ssize_t>(met.size() * sizeof(int));
  _exit(::write(pipe, met.data(), static_cast<std::size_t>(size)) == size ? 0 : 1);
}

std::optional<std::vector<int>> ask_child(const Account& account,
                                          const std::vector<Access>& wanted) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  const net::Descriptor reader(ends[0]);
  net::Descriptor writer(ends[1]);
  const pid_t child = fork();
  if (child == 0) tell_as(account, wanted, writer.get());
  writer = net::Descriptor();
  if (child < 0) return std::nullopt;
  std::vector<int> met(wanted.size());
  auto* const bytes = reinterpret_cast<std::byte*>(met.data());
  const std::size_t size = met.size() * sizeof(int);
  std::size_t got = 0;
  for (ssize_t count = 1; count > 0 && got < size; got += static_cast<std::size_t>(count)) {
    count = ::read(reader.get(), bytes + got, size - got);
    if (count < 0) break;
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 && got == size ? std::optional(met) : std::nullopt;
}

}  // namespace

std::optional<Account> account_of(const std::string& name) {
  auto found = confinement::identity_of(name);
  if (!found) return std::nullopt;
  return *std::move(found);
}

std::optional<Account> account_of(uid_t user) {
  std::array<char, kMostText> text{};
  passwd entry{};
  passwd* found = nullptr;
  getpwuid_r(user, &entry, text.data(), text.size(), &found);
  if (found == nullptr) return std::nullopt;
  return Account{.name = found->pw_name, .user = found->pw_uid, .group = found->pw_gid};
}

std::vector<int> try_as(const std::optional<Account>& account, const std::vector<Access>& wanted) {
  if (account && geteuid() == 0 && account->user != 0) {
    if (auto met = ask_child(*account, wanted)) return *std::move(met);
  }
  return try_each(wanted);
}

}  // namespace postern::doctor
