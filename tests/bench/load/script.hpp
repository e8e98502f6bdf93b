// SPDX-License-Identifier: Apache-2.0
// What one client says, step by step, and what it must be answered.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "load/options.hpp"

namespace postern::bench {

struct Step {
  enum class Kind {
    kTls,       // the handshake
    kGreeting,  // nothing is said
    kLine,      // `text`, answered with one line that begins with `reply`
    kRetrieve,  // `text`, answered with the message, compared byte by byte
    kQuit,      // as kLine; then the server ends the connection
  };

  Kind kind = Kind::kLine;
  std::string text;
  std::string reply = "+OK";
  std::size_t message = 0;  // of kRetrieve
};

using Script = std::vector<Step>;

/// From the connection to the greeting of a link that is ready for a login.
Script arrival(Tls tls);
Script login(const std::string& user);
Script stat(const std::string& totals);
Script retrieve(std::size_t message);
Script quit();

Script operator+(Script first, const Script& second);

}  // namespace postern::bench
