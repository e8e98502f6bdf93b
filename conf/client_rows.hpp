// SPDX-License-Identifier: Apache-2.0
// Reads a table of mail programs, clients.toml: by what each is recognised, and what has to be
// changed in it. Text in, rows out, and every fault at once.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conf/diagnostic.hpp"
#include "policy/client_table.hpp"

namespace postern::conf {

/// The most that such a file may have, in bytes and in rows.
inline constexpr std::size_t kMaxClientsFile = std::size_t{1} << 18;
inline constexpr std::size_t kMaxClients = 500;

struct ClientRows {
  /// What a hello is called, and how it may look.
  using Hellos = std::map<std::string, std::vector<policy::HelloPattern>, std::less<>>;

  Hellos hellos;
  std::vector<policy::ClientRow> rows;

  bool operator==(const ClientRows&) const = default;
};

/// `known` are the rows that come behind these: their hellos may be named, and a row may have
/// nothing but another sentence for one of their programs. On failure every fault there is.
[[nodiscard]] std::expected<ClientRows, Diagnostics> read_client_rows(std::string_view text,
                                                                      const ClientRows& known = {});

}  // namespace postern::conf
