// SPDX-License-Identifier: Apache-2.0
#include "proxy/cluster/engine_command.hpp"

#include <hiredis/hiredis.h>

#include "policy/must.hpp"
#include "proxy/pop3/secret.hpp"

namespace postern::cluster {

// One of the words may be a password.
std::string command_of(const Words& words) {
  std::vector<const char*> starts;
  std::vector<std::size_t> sizes;
  for (const std::string& word : words) {
    starts.push_back(word.data());
    sizes.push_back(word.size());
  }
  char* formatted = nullptr;
  const int size = redisFormatCommandArgv(&formatted, static_cast<int>(words.size()), starts.data(),
                                          sizes.data());
  policy::must(size >= 0, "redisFormatCommandArgv");
  std::string command(formatted, static_cast<std::size_t>(size));
  pop3::wipe(formatted, static_cast<std::size_t>(size));
  redisFreeCommand(formatted);
  return command;
}

}  // namespace postern::cluster
