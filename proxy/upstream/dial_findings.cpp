// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/dial_findings.hpp"

#include <mutex>
#include <utility>

namespace postern::upstream {

using std::chrono::milliseconds;

void DialFindings::note_greeting(AddressState& address, milliseconds now, milliseconds took) const {
  const auto outage = address.note_greeting(now, took, plan_.health);
  if (!outage) return;
  news_.on_up(plan_.name, address.text(), *outage);
  settle();
}

// One that was let try again settles it anew, though nothing changes.
void DialFindings::note_failure(AddressState& address, milliseconds now,
                                const DialFailure& why) const {
  news_.on_failure(plan_.name, why);
  const auto failures = address.note_failure(now, plan_.health);
  if (failures) news_.on_down(plan_.name, why, *failures);
  if (failures || address.is_down()) settle();
}

void DialFindings::note_name(const conf::Endpoint& name, milliseconds now,
                             AddressBook::Roll addresses) const {
  AddressBook& book = plan_.state->addresses;
  const std::string text = conf::to_string(name);
  note_greeting(*book.find(text), now, milliseconds{0});
  if (book.call(text, std::move(addresses))) settle();
}

void DialFindings::note_unknown(milliseconds now, const DialFailure& why) const {
  note_failure(*plan_.state->addresses.find(why.address), now, why);
}

void DialFindings::let_try(milliseconds now) const {
  if (!plan_.terms.known_down()) return;
  if (plan_.state->addresses.retry_at(plan_.address) > now) return;
  plan_.state->availability.set(pop3::Standing::kServes);
}

// One at a time: whoever comes last has seen all that was noted before.
void DialFindings::settle() const {
  const std::lock_guard lock(plan_.state->settling);
  const bool down = plan_.state->addresses.all_down(plan_.address);
  plan_.state->availability.set(down ? pop3::Standing::kDown : pop3::Standing::kServes);
}

}  // namespace postern::upstream
