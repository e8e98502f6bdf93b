// SPDX-License-Identifier: Apache-2.0
// Another program's settings as a postern.toml, and what could not be taken over.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/migrate/note.hpp"

namespace postern::migrate {

enum class Program { kExchange, kNginx, kPerdition, kStunnel, kDovecot };

/// Their names on a command line, in the order of the enumeration.
std::vector<std::string> program_names();
std::optional<Program> program_from(std::string_view name);

struct Request {
  Program program = Program::kExchange;
  std::string file;    // its name, for messages; what it includes is sought beside it
  std::string bytes;   // its content
  std::string popmap;  // of Perdition: a file with lines USER:SERVER; may be empty
};

struct Imported {
  std::string toml;  // conf::read_text() takes it
  Notes notes;       // in the order of their places
};

[[nodiscard]] std::expected<Imported, Refusal> import_settings(const Request& request);

}  // namespace postern::migrate
