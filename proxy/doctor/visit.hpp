// SPDX-License-Identifier: Apache-2.0
// One address of a backend: how it is asked first, how it is asked again when that did not do, and
// what both answers mean together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "proxy/doctor/backend_notes.hpp"
#include "proxy/doctor/finding.hpp"
#include "proxy/doctor/patient.hpp"
#include "proxy/doctor/probe.hpp"

namespace postern::doctor {

class Visit {
 public:
  /// `patient` must outlive it.
  Visit(const Patient& patient, std::size_t backend, net::Address address, std::string host);

  /// As a login would be made.
  Question first() const;
  /// What may do instead, once the first answer is known and there is something to try.
  std::optional<Question> second(const Answer& first);

  /// What is to be said; `second` is null where nothing was asked again.
  Findings findings(const Answer& first, const Answer* second);

 private:
  /// What the second question leaves out or brings.
  enum class Trial : std::uint8_t { kNone, kWithTls, kWithHeader, kWithoutHeader };

  const conf::Backend& backend() const { return notes_.backend(); }
  bool has_header() const;
  Trial trial_for(const Answer& first) const;

  bool explain_trial(const Answer& first, const Answer* second);
  void explain(const upstream::DialFailure& failure);
  void explain_greeting(const upstream::DialFailure& failure);
  void explain_tls(const upstream::DialFailure& failure);

  const Patient& patient_;
  std::size_t index_;
  net::Address address_;
  std::string host_;
  Trial trial_ = Trial::kNone;
  BackendNotes notes_;
};

}  // namespace postern::doctor
