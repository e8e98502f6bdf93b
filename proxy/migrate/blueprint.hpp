// SPDX-License-Identifier: Apache-2.0
// A configuration in the making: tables of keys, each with where it came from, and the notes about
// what could not be taken over. Knows none of the programs that it may come from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/migrate/note.hpp"

namespace postern::migrate {

struct Entry {
  std::string key;
  std::string value;  // as TOML
  std::string from;   // what it came from, for a comment
};

struct Table {
  std::string header;  // "[[listener]]"
  std::string remark = {};
  std::vector<Entry> entries = {};

  /// Sets a key, or sets it anew.
  void set(std::string_view key, std::string value, std::string from);
  const Entry* find(std::string_view key) const noexcept;
  bool empty() const noexcept { return entries.empty(); }
};

/// "a" and "b" as TOML.
std::string text(std::string_view value);
std::string list(const std::vector<std::string>& values);
std::string number(std::uint64_t value);

/// "nginx.conf:12 listen", for a comment.
std::string from(const Origin& at, std::string_view what);

struct Blueprint {
  std::string source;  // "nginx's mail module", for the first line
  Table server{"[server]"};
  std::vector<Table> listeners;
  std::vector<Table> certificates;
  Table tls{"[tls]"};
  Table policy{"[policy]"};
  std::vector<Table> backends;
  std::vector<Table> routes;
  Table limits{"[limits]"};
  Table auth_failures{"[limits.auth_failures]"};
  Table timeouts{"[timeouts]"};
  Table log{"[log]"};
  Notes notes;

  void left_out(Origin at, std::string what, std::string why);
  void look_at(Origin at, std::string what, std::string why);

  /// A name that clients use; names that are none, and those that are there already, are passed
  /// over.
  void add_name(std::string_view name, std::string from);
  /// A pair, once.
  void add_certificate(std::string_view cert, std::string_view key, std::string from);
  /// Another listener, whose name is changed where it is taken.
  Table& add_listener(std::string_view name, const std::vector<std::string>& addresses,
                      std::string_view way, std::string from);

  /// All tables in the order of the file.
  std::vector<Table*> tables();
  void erase(const Table* table);

 private:
  std::vector<std::string> names_;
};

}  // namespace postern::migrate
