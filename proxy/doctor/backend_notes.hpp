// SPDX-License-Identifier: Apache-2.0
// What is noted of one address of a backend, with the command that changes the backend's table in
// the configuration.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "proxy/doctor/finding.hpp"
#include "proxy/doctor/patient.hpp"
#include "proxy/net/address.hpp"

namespace postern::doctor {

class BackendNotes {
 public:
  /// `patient` must outlive it.
  BackendNotes(const Patient& patient, std::size_t backend, const net::Address& address)
      : patient_(patient), index_(backend), address_(address) {}

  const conf::Backend& backend() const { return patient_.live().backends[index_]; }

  void add(std::string_view check, const std::string& what, std::string fix = {});
  /// A shell command that writes a key of this backend; `value` as TOML has it.
  std::string change(std::string_view key, std::string_view value) const;

  Findings take() { return std::exchange(findings_, {}); }

 private:
  const Patient& patient_;
  std::size_t index_;
  net::Address address_;
  Findings findings_;
};

}  // namespace postern::doctor
