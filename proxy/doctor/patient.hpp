// SPDX-License-Identifier: Apache-2.0
// What is examined: a configuration that `check` takes, what its files held, and as whom and when
// it is looked at.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "conf/reader.hpp"
#include "proxy/doctor/account.hpp"
#include "proxy/server/inspection.hpp"

namespace postern::doctor {

struct Patient {
  const conf::Document& document;
  const server::Inspection& inspection;
  std::chrono::sys_seconds now;
  std::optional<Account> account;      // whom the service runs as; empty: whoever asks
  std::optional<std::string> process;  // that serves the configuration now, as /proc calls it
  std::string ca_file;                 // authorities that clients trust beside the system's

  const conf::Live& live() const noexcept { return document.settings.live; }
  /// "FILE:LINE" of a key's value, or the file alone.
  std::string place_of(std::string_view key) const;
};

}  // namespace postern::doctor
