// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/finishing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace postern::migrate {
namespace {

// No gateway that somebody looks after has more of a kind.
constexpr std::size_t kMostTables = 100;

void cut(Blueprint& blueprint, std::vector<Table>& tables, const Origin& file) {
  if (tables.size() <= kMostTables) return;
  blueprint.left_out(
      file, tables.front().header,
      fmt::format("these are {}; the first {} are taken", tables.size(), kMostTables));
  tables.resize(kMostTables, Table{""});
}

bool needs_certificate(const Blueprint& blueprint) {
  return std::ranges::any_of(blueprint.listeners, [](const Table& one) {
    const Entry* const tls = one.find("tls");
    return tls != nullptr && tls->value != text("none");
  });
}

// The first of the names, as it is written.
std::string first_name(const Blueprint& blueprint) {
  const Entry* const names = blueprint.server.find("names");
  if (names == nullptr) return "pop";
  const auto begin = names->value.find('"') + 1;
  return names->value.substr(begin, names->value.find('"', begin) - begin);
}

}  // namespace

void finish(Blueprint& blueprint, const Origin& file) {
  for (auto* const tables :
       {&blueprint.listeners, &blueprint.certificates, &blueprint.backends, &blueprint.routes}) {
    cut(blueprint, *tables, file);
  }
  if (blueprint.certificates.empty() && needs_certificate(blueprint)) {
    const std::string stem = "/etc/postern/tls/" + first_name(blueprint);
    blueprint.add_certificate(stem + ".fullchain.pem", stem + ".privkey.pem", {});
    blueprint.certificates.back().remark =
        "No certificate was named: put the chain and its key here, or change these paths.";
    blueprint.look_at(file, "[[tls.certificate]]",
                      fmt::format("no certificate is named there; put the chain into "
                                  "{0}.fullchain.pem and its key into {0}.privkey.pem",
                                  stem));
  }
  if (blueprint.backends.empty()) {
    Table& backend = blueprint.backends.emplace_back(Table{"[[backend]]"});
    backend.remark = "No POP3 server was named: write the address of yours.";
    backend.set("name", text("pop3"), {});
    backend.set("address", list({kNowhere}), {});
    blueprint.look_at(file, "[[backend]]",
                      "no POP3 server is named there; write its address in place of "
                      "backend.invalid:110, which is nobody");
  }
}

}  // namespace postern::migrate
