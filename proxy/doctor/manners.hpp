// SPDX-License-Identifier: Apache-2.0
// How a server behaves that can be reached: its pace, what protects the link to it, what it says
// that it can do, against what is asked of it.
#pragma once

#include "proxy/doctor/backend_notes.hpp"
#include "proxy/doctor/patient.hpp"
#include "proxy/doctor/probe.hpp"

namespace postern::doctor {

class Manners {
 public:
  /// What is found goes to `notes`; all of it must outlive this.
  Manners(const Patient& patient, const net::Address& address, BackendNotes& notes)
      : patient_(patient), address_(address), notes_(notes) {}

  /// An answer of one that has greeted.
  void look_at(const Answer& answer);

 private:
  const conf::Backend& backend() const { return notes_.backend(); }
  void check_pace(const Answer& answer);
  void check_security(const Answer& answer);
  void check_logins(const Answer& answer);

  const Patient& patient_;
  const net::Address& address_;
  BackendNotes& notes_;
};

}  // namespace postern::doctor
