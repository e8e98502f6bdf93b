// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/backend_findings.hpp"

#include <fmt/format.h>

#include <utility>

#include "proxy/doctor/address_roll.hpp"
#include "proxy/doctor/certificate_findings.hpp"
#include "proxy/doctor/visit.hpp"
#include "proxy/net/error_text.hpp"
#include "proxy/server/surroundings.hpp"

namespace postern::doctor {
namespace {

class Round {
 public:
  explicit Round(const Patient& patient) : patient_(patient) {}

  void enroll(std::size_t index) {
    const conf::Backend& backend = patient_.live().backends[index];
    const AddressRoll roll =
        addresses_of(surgery_.world(), backend, patient_.inspection.links[index]);
    for (const auto& name : roll.unknown) {
      findings_.push_back({.check = "backend-name",
                           .where = name.name,
                           .what = fmt::format("backend \"{}\": the name has no address: {}",
                                               backend.name, net::error_text(name.error))});
    }
    for (const upstream::Candidate& one : roll.candidates) {
      const conf::Listener* const own = server::own_listener(patient_.live(), one.address);
      if (own == nullptr) {
        visits_.emplace_back(patient_, index, one.address, one.host);
        continue;
      }
      findings_.push_back({.check = "backend-itself",
                           .where = one.address.text(),
                           .what = fmt::format("backend \"{}\" is postern itself, listener \"{}\"",
                                               backend.name, own->name)});
    }
  }

  Findings finish() {
    std::vector<Question> questions;
    questions.reserve(visits_.size());
    for (const Visit& visit : visits_) questions.push_back(visit.first());
    const std::vector<Answer> first = ask_all(surgery_.world(), questions);
    std::vector<Question> doubts;
    std::vector<std::size_t> whose(visits_.size(), visits_.size());
    for (std::size_t i = 0; i < visits_.size(); ++i) {
      auto question = visits_[i].second(first[i]);
      if (!question) continue;
      whose[i] = doubts.size();
      doubts.push_back(*std::move(question));
    }
    const std::vector<Answer> second = ask_all(surgery_.world(), doubts);
    for (std::size_t i = 0; i < visits_.size(); ++i) {
      const Answer* const again = whose[i] < second.size() ? &second[whose[i]] : nullptr;
      for (Finding& one : visits_[i].findings(first[i], again)) {
        findings_.push_back(std::move(one));
      }
    }
    return std::move(findings_);
  }

 private:
  const Patient& patient_;
  Surgery surgery_;
  std::vector<Visit> visits_;
  Findings findings_;
};

}  // namespace

Findings backend_findings(const Patient& patient, const std::vector<std::size_t>& backends) {
  Round round(patient);
  for (const std::size_t index : backends) round.enroll(index);
  Findings findings = round.finish();
  for (const std::size_t index : backends) {
    for (Finding& one : client_certificate_findings(patient, index)) {
      findings.push_back(std::move(one));
    }
  }
  return findings;
}

}  // namespace postern::doctor
