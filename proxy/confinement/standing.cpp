// SPDX-License-Identifier: Apache-2.0
#include "proxy/confinement/standing.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <system_error>

namespace postern::confinement {
namespace {

constexpr int kHexadecimal = 16;

// As capabilities(7) has them, by number.
constexpr std::array<std::string_view, 41> kNames = {"chown",
                                                     "dac_override",
                                                     "dac_read_search",
                                                     "fowner",
                                                     "fsetid",
                                                     "kill",
                                                     "setgid",
                                                     "setuid",
                                                     "setpcap",
                                                     "linux_immutable",
                                                     "net_bind_service",
                                                     "net_broadcast",
                                                     "net_admin",
                                                     "net_raw",
                                                     "ipc_lock",
                                                     "ipc_owner",
                                                     "sys_module",
                                                     "sys_rawio",
                                                     "sys_chroot",
                                                     "sys_ptrace",
                                                     "sys_pacct",
                                                     "sys_admin",
                                                     "sys_boot",
                                                     "sys_nice",
                                                     "sys_resource",
                                                     "sys_time",
                                                     "sys_tty_config",
                                                     "mknod",
                                                     "lease",
                                                     "audit_write",
                                                     "audit_control",
                                                     "setfcap",
                                                     "mac_override",
                                                     "mac_admin",
                                                     "syslog",
                                                     "wake_alarm",
                                                     "block_suspend",
                                                     "audit_read",
                                                     "perfmon",
                                                     "bpf",
                                                     "checkpoint_restore"};

// The words behind "NAME:\t", up to the end of the line.
std::optional<std::string_view> field(std::string_view status, std::string_view name) {
  while (!status.empty()) {
    const std::string_view line = status.substr(0, status.find('\n'));
    status.remove_prefix(std::min(line.size() + 1, status.size()));
    if (!line.starts_with(name) || line.substr(name.size(), 1) != ":") continue;
    const std::size_t begin = line.find_first_not_of(" \t", name.size() + 1);
    if (begin == std::string_view::npos) return std::nullopt;
    return line.substr(begin);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> number_in(std::optional<std::string_view> text, int base) {
  if (!text) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(text->data(), text->data() + text->size(), number, base);
  return error == std::errc{} ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<Standing> standing_in(std::string_view status) {
  constexpr int kDecimal = 10;
  const auto filter = number_in(field(status, "Seccomp"), kDecimal);
  const auto no_new = number_in(field(status, "NoNewPrivs"), kDecimal);
  const auto capabilities = number_in(field(status, "CapEff"), kHexadecimal);
  auto users = field(status, "Uid");  // real, effective, saved, of files
  if (users) users->remove_prefix(std::min(users->find('\t') + 1, users->size()));
  const auto user = number_in(users, kDecimal);
  if (!filter || !no_new || !capabilities || !user) return std::nullopt;
  constexpr std::uint64_t kFiltered = 2;
  return Standing{.filters_calls = *filter == kFiltered,
                  .no_new_privileges = *no_new != 0,
                  .capabilities = *capabilities,
                  .user = static_cast<std::uint32_t>(*user)};
}

std::optional<Standing> own_standing() {
  std::ifstream file("/proc/self/status");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return standing_in(text);
}

std::vector<std::string> names_of_capabilities(std::uint64_t capabilities) {
  std::vector<std::string> names;
  for (; capabilities != 0; capabilities &= capabilities - 1) {
    const auto number = static_cast<std::size_t>(std::countr_zero(capabilities));
    names.push_back(number < kNames.size() ? "cap_" + std::string(kNames.at(number))
                                           : std::to_string(number));
  }
  return names;
}

}  // namespace postern::confinement
