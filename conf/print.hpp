// SPDX-License-Identifier: Apache-2.0
// Configurations as text for people: what is in force, what the defaults are, what differs.
#pragma once

#include <string>
#include <vector>

#include "conf/reader.hpp"
#include "conf/schema.hpp"

namespace postern::conf {

/// TOML with every value in force, each with a comment that tells where it comes from. Reading it
/// again gives equal settings.
std::string effective_toml(const Document& document);

/// What a key says when nobody has set it.
enum class Standing {
  kDefault,  // its default
  kExample,  // it must be set; this is an example
  kUnset,    // nothing; this is an example
};

/// One supported key, for a reader of the documentation.
struct Description {
  std::string key;    // "listener.name"
  std::string value;  // as TOML
  Standing standing = Standing::kDefault;
  std::string meaning;  // one line
};

/// All supported keys but the lists themselves, in the order of the documentation.
std::vector<Description> descriptions(const Schema& schema);

/// A complete configuration: every key under its meaning, with its default, or with an example
/// where it has none. It can be read, but for the files it names.
std::string default_toml(const Schema& schema);

/// A key whose value is not the same in two documents. One of the origins may have no key: there
/// the value does not exist.
struct Difference {
  std::string key;  // elements of lists by their names: `listener["pop3s"].address`
  Origin before;
  Origin after;
};

/// In the order of the documentation; what is only in the second comes last.
std::vector<Difference> differences(const Document& before, const Document& after);

}  // namespace postern::conf
