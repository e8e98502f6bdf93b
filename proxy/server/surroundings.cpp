// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/surroundings.hpp"

#include <fmt/format.h>
#include <ifaddrs.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/net/address.hpp"
#include "proxy/net/error_text.hpp"
#include "proxy/net/source_socket.hpp"
#include "proxy/server/certificate_directory.hpp"
#include "proxy/server/port_holder.hpp"
#include "tls/pem_blocks.hpp"

namespace postern::server {
namespace {

namespace fs = std::filesystem;
using conf::Diagnostics;
using conf::Document;
using conf::Severity;

std::optional<mode_t> mode_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return status.st_mode;
}

std::optional<conf::Advice> doubt_about_key(const std::string& path) {
  const auto mode = mode_of(path);
  if (!mode) return std::nullopt;  // told by those who read it
  if ((*mode & S_IWOTH) != 0) {
    return conf::Advice{"key-writable", "everybody on this machine may change this key",
                        "chmod 640 " + tls::shell_word(path)};
  }
  if ((*mode & S_IROTH) == 0) return std::nullopt;
  return conf::Advice{"key-readable", "everybody on this machine may read this key",
                      "chmod 640 " + tls::shell_word(path)};
}

// The path that a value of TOML says, if it is relative; words and names of credentials are none.
std::optional<std::string> path_in(std::string_view value) {
  if (value.size() < 3 || value.front() != '"') return std::nullopt;
  value = value.substr(1, value.size() - 2);
  constexpr std::array<std::string_view, 3> kWords = {"stderr", "syslog", "journal"};
  const bool word = std::ranges::find(kWords, value) != kWords.end() ||
                    value.starts_with("credential:") ||
                    value.find_first_of("|\\&") != std::string_view::npos;
  if (word || value.front() == '/') return std::nullopt;
  return std::string(value);
}

// Where it is seen from here, or else beside the configuration.
std::string whole_path(const std::string& path, const std::string& configuration) {
  std::error_code error;
  const fs::path beside = fs::absolute(configuration, error).parent_path() / path;
  const bool here = fs::exists(path, error) || !fs::exists(beside, error);
  return (here ? fs::absolute(path, error) : beside).lexically_normal().string();
}

// The addresses of this machine's interfaces.
std::vector<net::Address> own_addresses() {
  std::vector<net::Address> own;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return own;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, &freeifaddrs);
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    if (const auto address = net::Address::from(one->ifa_addr)) own.push_back(*address);
  }
  return own;
}

// The listener that takes what is sent to this port of an own address, or null.
const conf::Listener* listener_everywhere(const conf::Live& live, const net::Address& target) {
  const auto takes = [&target](const conf::Endpoint& endpoint) {
    const auto address = net::Address::parse(endpoint.host, endpoint.port);
    return address && address->is_wildcard() && address->family() == target.family() &&
           address->port() == target.port();
  };
  const auto found = std::ranges::find_if(live.listeners, [&](const conf::Listener& listener) {
    return std::ranges::any_of(listener.address, takes);
  });
  return found == live.listeners.end() ? nullptr : &*found;
}

// The arguments of a process, none when it is not ours to see.
std::vector<std::string> arguments_of(const fs::path& process) {
  std::vector<std::string> arguments;
  std::ifstream file(process / "cmdline", std::ios::binary);
  for (std::string one; std::getline(file, one, '\0');) arguments.push_back(one);
  return arguments;
}

// Whether this is a running postern, and its configuration is this file.
bool serves(const fs::path& process, const std::string& file) {
  const std::vector<std::string> arguments = arguments_of(process);
  const auto has = [&](std::string_view word) {
    return std::ranges::find(arguments, word) != arguments.end();
  };
  if (arguments.empty() || !arguments.front().ends_with("postern") || !has("run")) return false;
  std::string served = "/etc/postern/postern.toml";
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    constexpr std::string_view kLong = "--config=";
    const bool next = arguments[i] == "-c" || arguments[i] == "--config";
    if (next && i + 1 < arguments.size()) served = arguments[i + 1];
    if (arguments[i].starts_with(kLong)) served = arguments[i].substr(kLong.size());
  }
  std::error_code error;
  return fs::equivalent(process / "cwd" / served, file, error);
}

// systemd hides other processes from a check that a reload runs, and names the one that is served.
bool is_served(const std::string& file) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment.
  return std::getenv("MAINPID") != nullptr || server_of(file);
}

}  // namespace

std::optional<std::string> server_of(const std::string& file) {
  std::error_code error;
  for (const auto& process : fs::directory_iterator("/proc", error)) {
    std::string id = process.path().filename().string();
    if (id.find_first_not_of("0123456789") != std::string::npos) continue;
    if (serves(process.path(), file)) return id;
  }
  return std::nullopt;
}

Diagnostics about_permissions(const Document& document) {
  Diagnostics found;
  const auto look_at = [&](const std::string& path, const std::string& key) {
    const auto doubt = doubt_about_key(path);
    if (!doubt) return;
    found.push_back(conf::about(document, conf::mark_of(document, key), *doubt));
  };
  const conf::Live& live = document.settings.live;
  for (std::size_t i = 0; i < live.tls.certificates.size(); ++i) {
    look_at(live.tls.certificates[i].key_file, fmt::format("tls.certificate[{}].key_file", i));
  }
  if (const auto more = pairs_in(live.tls.cert_dir); more && !live.tls.cert_dir.empty()) {
    for (const tls::CertificateFiles& files : more->pairs) look_at(files.key_file, "tls.cert_dir");
  }
  for (std::size_t i = 0; i < live.backends.size(); ++i) {
    look_at(live.backends[i].security.certificate.key_file, fmt::format("backend[{}].key_file", i));
  }
  for (const auto& [path, key] : {std::pair(live.tls.ticket_key_file, "tls.ticket_key_file"),
                                  std::pair(live.cluster.key_file, "cluster.key_file"),
                                  std::pair(live.cluster.password_file, "cluster.password_file")}) {
    if (!path.empty()) look_at(path, key);
  }
  const auto mode = mode_of(document.file);
  if (mode && (*mode & S_IWOTH) != 0) {
    found.push_back(conf::about(
        document, {},
        {"configuration-writable", "everybody on this machine may change the configuration",
         "chmod 644 " + tls::shell_word(document.file)}));
  }
  return found;
}

// Under systemd that is the root directory, and for a check wherever somebody stands.
Diagnostics about_paths(const Document& document) {
  Diagnostics found;
  for (const conf::Origin& origin : document.origins) {
    const bool names_file =
        origin.key.ends_with("_file") || origin.key.ends_with("_dir") || origin.key == "log.target";
    const auto path = path_in(origin.value);
    if (!names_file || origin.mark.line == 0 || !path) continue;
    const std::string whole = whole_path(*path, document.file);
    found.push_back(conf::about(
        document, origin.mark,
        {"path-relative",
         "this path begins where the program was started, and systemd starts it in the root "
         "directory",
         fmt::format(
             "sed -i {} {}",
             tls::shell_word(fmt::format("{}s|\"{}\"|\"{}\"|", origin.mark.line, *path, whole)),
             tls::shell_word(document.file))}));
  }
  return found;
}

const conf::Listener* own_listener(const conf::Live& live, const net::Address& target) {
  const std::vector<net::Address> own = own_addresses();
  const bool here = target.host().is_loopback() ||
                    std::ranges::find(own, target.ip(), &net::Address::ip) != own.end();
  if (!here) return nullptr;
  const auto takes = [&target](const conf::Endpoint& endpoint) {
    const auto address = net::Address::parse(endpoint.host, endpoint.port);
    return address && address->port() == target.port() &&
           (address->is_wildcard() || address->ip() == target.ip());
  };
  const auto found = std::ranges::find_if(live.listeners, [&](const conf::Listener& listener) {
    return std::ranges::any_of(listener.address, takes);
  });
  return found == live.listeners.end() ? nullptr : &*found;
}

Diagnostics about_own_addresses(const Document& document) {
  Diagnostics found;
  const conf::Live& live = document.settings.live;
  const std::vector<net::Address> own = own_addresses();
  for (std::size_t i = 0; i < live.backends.size(); ++i) {
    for (const conf::Endpoint& endpoint : live.backends[i].address) {
      const auto target = net::Address::parse(endpoint.host, endpoint.port);
      if (!target || std::ranges::find(own, target->ip(), &net::Address::ip) == own.end()) continue;
      const conf::Listener* const listener = listener_everywhere(live, *target);
      if (listener == nullptr) continue;
      const std::string key = fmt::format("backend[{}].address", i);
      found.push_back(conf::about(
          document, Severity::kError, conf::mark_of(document, key),
          fmt::format("{} is postern itself, listener \"{}\" in line {}; write the address of the "
                      "server behind postern",
                      to_string(endpoint), listener->name, listener->mark.line)));
    }
  }
  return found;
}

Diagnostics about_source_addresses(const Document& document) {
  Diagnostics found;
  const auto& backends = document.settings.live.backends;
  for (std::size_t i = 0; i < backends.size(); ++i) {
    const auto& literals = backends[i].source_address;
    for (std::size_t j = 0; j < literals.size(); ++j) {
      const auto address = net::Address::parse(literals[j], 0);
      const auto socket = net::source_socket(*address);
      if (socket) continue;
      const std::string key = fmt::format("backend[{}].source_address[{}]", i, j);
      found.push_back(conf::about(
          document, conf::mark_of(document, key),
          {"backend-source",
           fmt::format("nothing can be called from {} now: {}; it has to be an address of this "
                       "machine (see `ip address`)",
                       literals[j], net::error_text(socket.error()))}));
    }
  }
  return found;
}

Diagnostics about_ports(const Document& document) {
  Diagnostics found;
  const auto& listeners = document.settings.live.listeners;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    for (const conf::Endpoint& endpoint : listeners[i].address) {
      const auto address = net::Address::parse(endpoint.host, endpoint.port);
      if (!address || endpoint.port == 0 || !is_taken(*address)) continue;
      if (is_served(document.file)) return {};
      const std::string key = fmt::format("listener[{}].address", i);
      found.push_back(conf::about(
          document, conf::mark_of(document, key),
          {"listener-taken",
           fmt::format("another program listens on {}{}; postern cannot start beside it",
                       to_string(endpoint), holder_of(*address).value_or(""))}));
    }
  }
  return found;
}

}  // namespace postern::server
