// SPDX-License-Identifier: Apache-2.0
#include "conf/clients.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

#include "policy/must.hpp"
#include "tls/file.hpp"

namespace postern::conf {

const ClientRows& shipped_clients() {
  static const ClientRows kShipped = [] {
    auto rows = read_client_rows(shipped_clients_text());
    policy::must(rows.has_value(), "the table of mail programs that is built in");
    return *std::move(rows);
  }();
  return kShipped;
}

std::string clients_file_beside(const std::string& config_file) {
  const std::size_t slash = config_file.rfind('/');
  return config_file.substr(0, slash == std::string::npos ? 0 : slash + 1) + "clients.toml";
}

std::expected<policy::ClientTable, Diagnostics> clients_beside(const std::string& config_file) {
  const std::string path = clients_file_beside(config_file);
  const ClientRows& shipped = shipped_clients();
  const auto text = tls::read_file(path, kMaxClientsFile);
  if (!text && text.error().number == ENOENT) return policy::ClientTable({}, shipped.rows);
  if (!text) {
    Diagnostic fault;
    fault.text = fmt::format("cannot be read: {}", text.error().why);
    fault.file = path;
    return std::unexpected(Diagnostics{std::move(fault)});
  }
  auto site = read_client_rows(*text, shipped);
  if (site) return policy::ClientTable(std::move(site->rows), shipped.rows);
  for (Diagnostic& one : site.error()) one.file = path;
  return std::unexpected(std::move(site.error()));
}

}  // namespace postern::conf
