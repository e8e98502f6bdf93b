// SPDX-License-Identifier: Apache-2.0
#include "conf/fields.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "conf/names.hpp"
#include "conf/suggest.hpp"
#include "conf/units.hpp"
#include "conf/words.hpp"
#include "policy/date.hpp"

namespace postern::conf {
namespace {

// The reader of one value: an overload for each kind of field, true when the value was taken.
class FieldReader {
 public:
  FieldReader(const Found& found, Reading& reading)
      : key_(found.key),
        value_(found.value),
        target_(found.target),
        path_(found.path),
        reading_(reading) {}

  bool operator()(const List&) { return false; }
  bool operator()(const Text& field);
  bool operator()(const Texts& field);
  bool operator()(const Endpoints& field);
  bool operator()(const Number& field);
  bool operator()(const Size& field);
  bool operator()(const Duration& field);
  bool operator()(const Pacing& field);
  bool operator()(const Networks& field);
  bool operator()(const Date& field);
  bool operator()(const Flag& field);
  bool operator()(const Word& field);
  bool operator()(const Words& field);

 private:
  bool is(Kind kind, std::string_view expected);
  bool is_list_of_strings();
  bool number(std::uint32_t& to, std::uint64_t value, std::uint32_t least, std::uint32_t most);
  bool endpoint(const Value& item, const Endpoints& field);
  bool refuse(const Value& value, std::string_view fault);  // always false
  bool shorthand(const Shorthand& shorthand);
  void warn_of_host_bits(const Value& item, const policy::Network& network);
  bool refuse_word(const Value& value, std::span<const WordName> names);
  void item_taken(std::size_t index) {
    reading_.places.emplace(fmt::format("{}[{}]", path_, index), value_.items[index].mark);
  }

  const Key& key_;
  const Value& value_;
  Target target_;
  const std::string& path_;
  Reading& reading_;
  bool refused_ = false;
};

bool FieldReader::refuse(const Value& value, std::string_view fault) {
  reading_.report.error(value.mark, fmt::format("`{}` {}", key_.name, fault));
  reading_.broken.emplace(key_.name);
  refused_ = true;
  return false;
}

bool FieldReader::is(Kind kind, std::string_view expected) {
  if (value_.kind == kind) return true;
  return refuse(value_, fmt::format("must be {} such as {}, not {}", expected, key_.example,
                                    name_of(value_.kind)));
}

bool FieldReader::is_list_of_strings() {
  if (!is(Kind::kArray, "a list of strings")) return false;
  for (const Value& item : value_.items) {
    if (item.kind == Kind::kString) continue;
    refuse(item, fmt::format("must be a list of strings such as {}, without {}", key_.example,
                             name_of(item.kind)));
  }
  return !refused_;
}

bool FieldReader::operator()(const Text& field) {
  if (!is(Kind::kString, "a string")) return false;
  const std::string fault = field.fault(value_.string);
  if (!fault.empty()) return refuse(value_, fault);
  field.at(target_) = value_.string;
  return true;
}

bool FieldReader::operator()(const Texts& field) {
  if (!is_list_of_strings()) return false;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < value_.items.size(); ++i) {
    const Value& item = value_.items[i];
    std::string fault = field.fault(item.string);
    if (fault.empty() && std::ranges::find(texts, item.string) != texts.end()) {
      fault = fmt::format("holds \"{}\" twice", printable(item.string));
    }
    if (!fault.empty()) {
      refuse(item, fault);
      continue;
    }
    texts.push_back(item.string);
    item_taken(i);
  }
  if (refused_) return false;
  field.at(target_) = std::move(texts);
  return true;
}

bool FieldReader::operator()(const Endpoints& field) {
  if (!is_list_of_strings()) return false;
  if (value_.items.empty() && !field.may_be_empty) {
    return refuse(value_, fmt::format("must not be empty; write one such as {}", key_.example));
  }
  for (std::size_t i = 0; i < value_.items.size(); ++i) {
    if (endpoint(value_.items[i], field)) item_taken(i);
  }
  return !refused_;
}

bool FieldReader::endpoint(const Value& item, const Endpoints& field) {
  const std::string shown = printable(item.string);
  std::optional<Endpoint> endpoint = endpoint_from(item.string);
  switch (field.use) {
    case EndpointUse::kListen:
      if (item.string.starts_with("systemd:")) {
        endpoint = passed_from(item.string);
        if (endpoint) break;
        return refuse(item, fmt::format("holds \"{}\", which names no socket; write what "
                                        "FileDescriptorName= has, such as \"systemd:pop3s\"",
                                        shown));
      }
      if (!endpoint || !is_address(*endpoint)) {
        return refuse(item,
                      fmt::format("holds \"{}\", which is not an IP address with a port such as "
                                  "\"0.0.0.0:995\" or \"[::]:995\"",
                                  shown));
      }
      break;
    case EndpointUse::kConnect:
      if (!endpoint || endpoint->port == 0) {
        return refuse(item, fmt::format("holds \"{}\", which is not a host with a port such as "
                                        "\"10.0.0.12:110\" or \"mail.lan:110\"",
                                        shown));
      }
      break;
  }
  field.at(target_).push_back(*endpoint);
  return true;
}

bool FieldReader::number(std::uint32_t& to, std::uint64_t value, std::uint32_t least,
                         std::uint32_t most) {
  if (value < least || value > most) {
    return refuse(value_, fmt::format("must be from {} to {}, not {}", least, most, value));
  }
  to = static_cast<std::uint32_t>(value);
  return true;
}

bool FieldReader::operator()(const Number& field) {
  if (!is(Kind::kInteger, "a whole number")) return false;
  if (value_.integer < 0) {
    return refuse(value_, fmt::format("must be from {} to {}, not {}", field.least, field.most,
                                      value_.integer));
  }
  return number(field.at(target_), static_cast<std::uint64_t>(value_.integer), field.least,
                field.most);
}

bool FieldReader::operator()(const Size& field) {
  if (value_.kind == Kind::kInteger) return (*this)(Number{field.at, field.least, field.most});
  constexpr std::string_view kExpected = "a size such as \"64KiB\" or a number of bytes";
  if (value_.kind != Kind::kString) {
    return refuse(value_, fmt::format("must be {}, not {}", kExpected, name_of(value_.kind)));
  }
  const std::optional<std::uint64_t> size = size_from(value_.string);
  if (!size) {
    return refuse(value_,
                  fmt::format("must be {}, not \"{}\"", kExpected, printable(value_.string)));
  }
  return number(field.at(target_), *size, field.least, field.most);
}

bool FieldReader::operator()(const Duration& field) {
  // Nothing is nothing in any unit.
  const bool zero = value_.kind == Kind::kInteger && value_.integer == 0;
  if (!zero && !is(Kind::kString, "a duration")) return false;
  const std::optional<milliseconds> duration =
      zero ? milliseconds{0} : duration_from(value_.string);
  if (!duration) {
    return refuse(value_,
                  fmt::format("must be a duration such as {}, not \"{}\"; the units are ms, "
                              "s, m, h and d",
                              key_.example, printable(value_.string)));
  }
  if (*duration > field.most) {
    return refuse(value_, fmt::format("must be at most \"{}\", not \"{}\"",
                                      duration_text(field.most), value_.string));
  }
  field.at(target_) = *duration;
  return true;
}

bool FieldReader::operator()(const Pacing& field) {
  const bool zero = value_.kind == Kind::kInteger && value_.integer == 0;
  if (!zero && !is(Kind::kString, "a rate")) return false;
  const std::optional<policy::Rate> rate = zero ? policy::Rate{} : rate_from(value_.string);
  if (!rate) {
    return refuse(value_, fmt::format("must be a rate such as {} or \"10/min\", not \"{}\"",
                                      key_.example, printable(value_.string)));
  }
  field.at(target_) = *rate;
  return true;
}

// "10.2.40.7/24" may mean one address or all of its network.
void FieldReader::warn_of_host_bits(const Value& item, const policy::Network& network) {
  const std::string_view literal = std::string_view(item.string).substr(0, item.string.find('/'));
  const auto address = policy::IpAddress::parse(literal);
  if (!address || *address == network.first()) return;
  reading_.report.warning(
      "network-bits", item.mark,
      fmt::format("`{}` holds \"{}\", which is taken as \"{}\"; write that, or \"{}\" "
                  "for that address alone",
                  key_.name, item.string, network.text(), address->text()));
}

bool FieldReader::operator()(const Networks& field) {
  if (!is_list_of_strings()) return false;
  std::vector<policy::Network> networks;
  for (std::size_t i = 0; i < value_.items.size(); ++i) {
    const Value& item = value_.items[i];
    const std::optional<policy::Network> network = policy::Network::parse(item.string);
    if (!network) {
      refuse(item, fmt::format("holds \"{}\", which is not a network such as \"10.0.0.0/8\" or "
                               "\"2001:db8::/32\"",
                               printable(item.string)));
      continue;
    }
    warn_of_host_bits(item, *network);
    networks.push_back(*network);
    item_taken(i);
  }
  if (refused_) return false;
  field.at(target_) = std::move(networks);
  return true;
}

bool FieldReader::operator()(const Date& field) {
  const bool text = value_.kind == Kind::kString || value_.kind == Kind::kDate;
  const auto moment = text ? policy::date_from(value_.string) : std::nullopt;
  if (!moment) {
    return refuse(value_, fmt::format("must be a date such as {}, not {}", key_.example,
                                      value_.kind == Kind::kString
                                          ? fmt::format("\"{}\"", printable(value_.string))
                                          : std::string(name_of(value_.kind))));
  }
  field.at(target_) = std::chrono::floor<std::chrono::seconds>(*moment);
  return true;
}

bool FieldReader::operator()(const Flag& field) {
  if (value_.kind != Kind::kBoolean) {
    return refuse(value_, fmt::format("must be true or false, not {}", name_of(value_.kind)));
  }
  field.at(target_) = value_.boolean;
  return true;
}

std::string listed(std::span<const WordName> names) {
  std::string list;
  for (const WordName& name : names) {
    if (name.support == Support::kLater) continue;
    list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", name.word);
  }
  return list;
}

const WordName* find_word(std::span<const WordName> names, std::string_view word) {
  const auto found = std::ranges::find(names, word, &WordName::word);
  return found == names.end() ? nullptr : &*found;
}

bool FieldReader::refuse_word(const Value& value, std::span<const WordName> names) {
  const std::string shown = printable(value.string);
  const WordName* const known = find_word(names, value.string);
  if (known != nullptr) {
    return refuse(value, fmt::format("= \"{}\" is not yet supported", shown));
  }
  std::vector<std::string_view> words;
  for (const WordName& name : names) words.push_back(name.word);
  std::string_view meant = nearest(value.string, words);
  if (meant.empty()) meant = translated(value.string, names);
  if (!meant.empty()) {
    return refuse(value, fmt::format("cannot be \"{}\"; did you mean \"{}\"?", shown, meant));
  }
  return refuse(value, fmt::format("cannot be \"{}\"; the choice is {}", shown, listed(names)));
}

bool FieldReader::operator()(const Word& field) {
  if (!is(Kind::kString, "a string")) return false;
  const WordName* const known = find_word(field.names, value_.string);
  std::optional<int> word;
  if (known != nullptr && known->support == Support::kNow) word = known->value;
  if (known == nullptr && field.alias != nullptr) word = field.alias(value_.string);
  if (!word) return refuse_word(value_, field.names);
  field.set(target_, *word);
  return true;
}

bool FieldReader::shorthand(const Shorthand& shorthand) {
  if (value_.string == shorthand.word) {
    shorthand.set(target_);
    return true;
  }
  return refuse(value_, fmt::format("cannot be \"{}\"; it is \"{}\" or a list such as {}",
                                    printable(value_.string), shorthand.word, key_.example));
}

bool FieldReader::operator()(const Words& field) {
  if (field.shorthand && value_.kind == Kind::kString) return shorthand(*field.shorthand);
  if (!is_list_of_strings()) return false;
  if (value_.items.empty()) {
    return refuse(value_, fmt::format("must not be empty; the choice is {}", listed(field.names)));
  }
  field.clear(target_);
  for (std::size_t i = 0; i < value_.items.size(); ++i) {
    const Value& item = value_.items[i];
    const WordName* const known = find_word(field.names, item.string);
    if (known == nullptr || known->support == Support::kLater) {
      refuse_word(item, field.names);
      continue;
    }
    const std::vector<int> so_far = field.get(target_);
    if (std::ranges::find(so_far, known->value) != so_far.end()) {
      refuse(item, fmt::format("holds \"{}\" twice", item.string));
      continue;
    }
    field.add(target_, known->value);
    item_taken(i);
  }
  return !refused_;
}

}  // namespace

void read_field(const Found& found, Reading& reading) {
  const bool taken = std::visit(FieldReader(found, reading), found.key.field);
  if (taken) reading.places.emplace(found.path, found.value.mark);
}

}  // namespace postern::conf
