// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/blueprint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "policy/host_name.hpp"
#include "proxy/report/printable.hpp"
#include "tls/file.hpp"

namespace postern::migrate {
namespace {

constexpr std::size_t kMostNames = 100;

std::string place(const Origin& at) {
  return at.line == 0 ? at.file : fmt::format("{}:{}", at.file, at.line);
}

bool is_name_character(char one) {
  return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9') ||
         one == '.' || one == '_' || one == '-';
}

void append_escaped(std::string& text, char one) {
  const auto byte = static_cast<unsigned char>(one);
  if (one == '"' || one == '\\') {
    text += '\\';
    text += one;
  } else if (byte < 0x20 || byte == 0x7f) {
    text += fmt::format("\\u{:04X}", static_cast<unsigned>(byte));
  } else {
    text += one;
  }
}

}  // namespace

std::string text_of(const Note& note) {
  const std::string_view verb = note.regard == Regard::kLeftOut ? "not mapped" : "look at this";
  return report::for_screen(
      fmt::format("{}: {}: {}: {}", place(note.at), note.what, verb, note.why));
}

std::string text_of(const Refusal& refusal) {
  return report::for_screen(fmt::format("{}: {}", place(refusal.at), refusal.why));
}

void Table::set(std::string_view key, std::string value, std::string from) {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  if (found == entries.end()) {
    entries.push_back({std::string(key), std::move(value), std::move(from)});
    return;
  }
  found->value = std::move(value);
  found->from = std::move(from);
}

const Entry* Table::find(std::string_view key) const noexcept {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &*found;
}

std::string text(std::string_view value) {
  std::string quoted = "\"";
  for (const char one : value) append_escaped(quoted, one);
  return quoted += '"';
}

std::string list(const std::vector<std::string>& values) {
  std::string all = "[";
  for (const std::string& one : values) {
    if (all.size() > 1) all += ", ";
    all += text(one);
  }
  return all += ']';
}

std::string number(std::uint64_t value) { return fmt::format("{}", value); }

std::string from(const Origin& at, std::string_view what) {
  const Origin near{.file = tls::base_name(at.file), .line = at.line};
  return fmt::format("{} {}", place(near), what);
}

void Blueprint::left_out(Origin at, std::string what, std::string why) {
  notes.push_back({std::move(at), std::move(what), std::move(why), Regard::kLeftOut});
}

void Blueprint::look_at(Origin at, std::string what, std::string why) {
  notes.push_back({std::move(at), std::move(what), std::move(why), Regard::kLookAt});
}

void Blueprint::add_name(std::string_view name, std::string from) {
  if (!policy::is_host_name(name) || names_.size() >= kMostNames) return;
  const std::string known = policy::canonical_host_name(name);
  if (std::ranges::find(names_, known) != names_.end()) return;
  names_.push_back(known);
  server.set("names", list(names_), std::move(from));
}

void Blueprint::add_certificate(std::string_view cert, std::string_view key, std::string from) {
  const std::string cert_file = text(cert);
  const std::string key_file = text(key);
  const auto same = [&](const Table& one) {
    return one.find("cert_file")->value == cert_file && one.find("key_file")->value == key_file;
  };
  if (std::ranges::any_of(certificates, same)) return;
  Table& pair = certificates.emplace_back(Table{"[[tls.certificate]]"});
  pair.set("cert_file", cert_file, std::move(from));
  pair.set("key_file", key_file, {});
}

Table& Blueprint::add_listener(std::string_view name, const std::vector<std::string>& addresses,
                               std::string_view way, std::string from) {
  std::string plain(name);
  for (char& one : plain) {
    if (!is_name_character(one)) one = '-';
  }
  std::string quoted = text(plain);
  if (std::ranges::any_of(listeners,
                          [&](const Table& one) { return one.find("name")->value == quoted; })) {
    quoted = text(fmt::format("{}-{}", plain, listeners.size() + 1));
  }
  Table& listener = listeners.emplace_back(Table{"[[listener]]"});
  listener.set("name", quoted, {});
  listener.set("address", list(addresses), std::move(from));
  listener.set("tls", text(way), {});
  return listener;
}

std::vector<Table*> Blueprint::tables() {
  std::vector<Table*> all{&server};
  for (Table& one : listeners) all.push_back(&one);
  for (Table& one : certificates) all.push_back(&one);
  all.push_back(&tls);
  all.push_back(&policy);
  for (Table& one : backends) all.push_back(&one);
  for (Table& one : routes) all.push_back(&one);
  for (Table* one : {&limits, &auth_failures, &timeouts, &log}) all.push_back(one);
  return all;
}

void Blueprint::erase(const Table* table) {
  for (auto* const tables : {&listeners, &certificates, &backends, &routes}) {
    std::erase_if(*tables, [&](const Table& one) { return &one == table; });
  }
}

}  // namespace postern::migrate
