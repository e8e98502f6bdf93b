// SPDX-License-Identifier: Apache-2.0
// The first words of a connection to the engine: who we are, and what it is. Words out, replies in;
// no connection and no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proxy/cluster/engine_command.hpp"
#include "proxy/cluster/engine_settings.hpp"
#include "proxy/cluster/reply.hpp"

namespace postern::cluster {

class EngineIntroduction {
 public:
  enum class State : std::uint8_t {
    kAsking,
    kServed,     // it is a master, and takes our commands
    kElsewhere,  // master() says where that is
    kRefused,    // why() says it
  };

  explicit EngineIntroduction(const EngineSettings& settings);

  /// What is to be said now, all at once; empty when nothing is.
  std::vector<Words> take_words();
  /// The next reply.
  State hear(const Reply& reply);

  const EngineAddress& master() const noexcept { return master_; }
  /// For the log; nothing of the password is in it.
  const std::string& why() const noexcept { return why_; }

 private:
  enum class Step : std::uint8_t { kAuth, kName, kRole, kMaster };

  State refuse(std::string why);
  State judge_role(const Reply& reply);
  State hear_sentinel(const Reply& reply);
  State send_to(const Reply& host, const Reply& port);

  std::vector<Words> words_;
  std::vector<Step> steps_;  // that are not answered
  std::string refused_;      // what it said against our password
  EngineAddress master_;
  std::string why_;
};

}  // namespace postern::cluster
