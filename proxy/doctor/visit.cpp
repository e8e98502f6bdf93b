// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/visit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proxy/doctor/any_tls.hpp"
#include "proxy/doctor/manners.hpp"
#include "proxy/doctor/way.hpp"
#include "proxy/upstream/announcement.hpp"

namespace postern::doctor {

using upstream::DialPhase;

Visit::Visit(const Patient& patient, std::size_t backend, net::Address address, std::string host)
    : patient_(patient),
      index_(backend),
      address_(address),
      host_(std::move(host)),
      notes_(patient, backend, address) {}

bool Visit::has_header() const { return policy::is_header(backend().client_address); }

Question Visit::first() const {
  return question_for(patient_.live(), backend(), patient_.inspection.links[index_],
                      {.address = address_, .host = host_, .state = nullptr});
}

// A server that was told something that it does not know may close, be silent, or go on one answer
// behind.
Visit::Trial Visit::trial_for(const Answer& first) const {
  if (has_header()) {
    const bool reached = !first.failure || first.failure->phase >= DialPhase::kTls;
    const bool odd = !first.greeted() || !first.capabilities || !first.took_leave;
    return reached && odd ? Trial::kWithoutHeader : Trial::kNone;
  }
  if (first.greeted() || first.failure->error == 0) return Trial::kNone;
  const DialPhase phase = first.failure->phase;
  if (phase != DialPhase::kGreeting && phase != DialPhase::kTls) return Trial::kNone;
  // Who waits for a hello is silent; who waits for a header may be, or closes.
  const bool timed_out = first.failure->took >= patience_of(patient_.live());
  const bool plain = backend().security.tls != conf::BackendTls::kImplicit;
  return timed_out && plain ? Trial::kWithTls : Trial::kWithHeader;
}

std::optional<Question> Visit::second(const Answer& first) {
  trial_ = trial_for(first);
  Question question = this->first();
  switch (trial_) {
    case Trial::kNone:
      return std::nullopt;
    case Trial::kWithTls: {
      auto link = any_tls(conf::BackendTls::kImplicit, {});
      if (!link) return std::nullopt;
      question.link = *std::move(link);
      return question;
    }
    case Trial::kWithHeader:
      question.announcement = upstream::announcement_for_nobody(policy::ClientAddress::kProxyV1);
      return question;
    case Trial::kWithoutHeader:
      question.announcement.clear();
      return question;
  }
  return std::nullopt;
}

Findings Visit::findings(const Answer& first, const Answer* second) {
  if (explain_trial(first, second)) return notes_.take();
  if (first.failure) {
    explain(*first.failure);
  } else {
    Manners(patient_, address_, notes_).look_at(first);
  }
  return notes_.take();
}

bool Visit::explain_trial(const Answer& first, const Answer* second) {
  if (second == nullptr || !second->greeted()) return false;
  switch (trial_) {
    case Trial::kNone:
      return false;
    case Trial::kWithTls:
      notes_.add("backend-wants-tls", "it greets behind TLS, and without is silent",
                 notes_.change("tls", "\"implicit\""));
      return true;
    case Trial::kWithHeader:
      notes_.add("backend-wants-proxy", "it greets behind a PROXY header, and not without",
                 notes_.change("client_address", "\"proxy-v2\""));
      return true;
    case Trial::kWithoutHeader:
      if (!second->capabilities && first.greeted()) return false;
      notes_.add("backend-no-proxy", "it does not take the PROXY header, and serves without",
                 notes_.change("client_address", "\"none\""));
      return true;
  }
  return false;
}

}  // namespace postern::doctor
