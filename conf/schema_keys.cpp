// SPDX-License-Identifier: Apache-2.0
// The table itself: a row a key, in the order of the documentation.
#include <vector>

#include "conf/schema.hpp"
#include "conf/schema_parts.hpp"

namespace postern::conf {
namespace {

std::vector<Key> all_keys() {
  std::vector<Key> all;
  for (const auto part :
       {door_keys(), policy_keys(), backend_keys(), limit_keys(), output_keys(), cluster_keys()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace

const Schema& schema() {
  static const std::vector<Key> kKeys = all_keys();
  static const Schema kSchema(kKeys);
  return kSchema;
}

}  // namespace postern::conf
