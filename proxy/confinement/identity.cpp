// SPDX-License-Identifier: Apache-2.0
#include "proxy/confinement/identity.hpp"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <vector>

namespace postern::confinement {
namespace {

constexpr std::uint32_t kBind = std::uint32_t{1} << CAP_NET_BIND_SERVICE;
constexpr std::size_t kMostOfEntry = std::size_t{1} << 16;

std::string refused(const char* what) {
  return std::string(what) + ": " + std::generic_category().message(errno);
}

using Capabilities = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

bool ask_for(Capabilities& capabilities) noexcept {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  return ::syscall(SYS_capget, &header, capabilities.data()) == 0;
}

bool keep_only(std::uint32_t rights) noexcept {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  const Capabilities kept = {
      {{.effective = rights, .permitted = rights, .inheritable = rights}, {}}};
  return ::syscall(SYS_capset, &header, kept.data()) == 0;
}

// What a program that is started could get back, were it not for no_new_privs. Whoever may not
// change that has little to lose.
void bound_to(std::uint32_t rights) noexcept {
  for (unsigned long one = 0; ::prctl(PR_CAPBSET_READ, one, 0, 0, 0) >= 0; ++one) {
    const bool is_kept = one < 32 && (rights >> one & 1U) != 0;
    if (!is_kept) ::prctl(PR_CAPBSET_DROP, one, 0, 0, 0);
  }
}

}  // namespace

std::expected<Identity, std::string> identity_of(const std::string& name) {
  std::vector<char> buffer(kMostOfEntry);
  passwd entry{};
  passwd* found = nullptr;
  const int error = getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found != nullptr)
    return Identity{.name = name, .user = found->pw_uid, .group = found->pw_gid};
  if (error == 0) return std::unexpected("there is no such user on this machine");
  return std::unexpected(std::generic_category().message(error));
}

std::string become(const Identity& identity) {
  Capabilities had{};
  if (!ask_for(had)) return refused("capget");
  // In a container root itself may lack it.
  const std::uint32_t rights = had[0].permitted & kBind;
  bound_to(rights);
  if (::initgroups(identity.name.c_str(), identity.group) != 0) return refused("initgroups");
  if (::setresgid(identity.group, identity.group, identity.group) != 0) return refused("setresgid");
  if (::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return refused("PR_SET_KEEPCAPS");
  if (::setresuid(identity.user, identity.user, identity.user) != 0) return refused("setresuid");
  if (!keep_only(rights)) return refused("capset");
  if (rights != 0 &&
      ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE, 0, 0) != 0) {
    return refused("PR_CAP_AMBIENT_RAISE");
  }
  if (::setresuid(0, 0, 0) == 0) return "the rights of root can be had back";
  return {};
}

}  // namespace postern::confinement
