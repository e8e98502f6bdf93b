// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/certificate_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "tls/leaf_facts.hpp"
#include "tls/trust_path.hpp"

namespace postern::doctor {
namespace {

using std::chrono::days;

// Apple's systems refuse longer ones, whoever issued them (support.apple.com/103769).
constexpr days kLongest{825};

// A root that was made later is not in systems that had their last update before.
constexpr std::chrono::year kOldSystems{2012};

struct RootFact {
  std::string_view root;
  std::string_view unknown_to;
};

constexpr std::array kRootFacts = std::to_array<RootFact>({
    {"ISRG Root X1",
     "Android before 7.1.1, iOS before 10, macOS before 10.12.1, Java before 8u141"},
    {"ISRG Root X2", "most systems of before 2022"},
    {"GTS Root R1", "most systems of before 2018"},
    {"GTS Root R4", "most systems of before 2018"},
    {"Amazon Root CA 1", "most systems of before 2016"},
    {"USERTrust RSA Certification Authority", "most systems of before 2010"},
});

bool wants_old_systems(const conf::Live& live) {
  const auto old_listener = [](const conf::Listener& listener) {
    return listener.min_version.value_or(tls::Version::kTls12) < tls::Version::kTls12 ||
           listener.profile == tls::Profile::kLegacy;
  };
  return live.tls.min_version < tls::Version::kTls12 || live.tls.profile == tls::Profile::kLegacy ||
         std::ranges::any_of(live.listeners, old_listener);
}

std::chrono::year year_of(std::chrono::sys_seconds time) {
  return std::chrono::year_month_day(std::chrono::floor<days>(time)).year();
}

class Look {
 public:
  Look(const Patient& patient, std::size_t index)
      : patient_(patient),
        index_(index),
        certificate_(*patient.inspection.certificates[index]),
        facts_(tls::leaf_facts(certificate_)),
        place_(patient.place_of(fmt::format("tls.certificate[{}].cert_file", index))) {}

  Findings findings() {
    check_use();
    check_programs();
    facts_.issued_itself ? add("certificate-self-issued", "the certificate is issued by itself")
                         : check_path();
    return std::move(findings_);
  }

 private:
  void add(std::string_view check, std::string what, std::string fix = {}) {
    findings_.push_back({.check = std::string(check),
                         .where = place_,
                         .what = std::move(what),
                         .fix = std::move(fix)});
  }

  void check_use() {
    if (!facts_.for_servers) add("certificate-usage", "the certificate is not meant for servers");
    if (facts_.names.empty()) {
      add("certificate-nameless", "the certificate has no subjectAltName, so it is for no name");
    }
    const auto whole = std::chrono::duration_cast<days>(facts_.not_after - facts_.not_before);
    if (whole > kLongest) {
      add("certificate-long", fmt::format("the certificate is for {} days", whole.count()));
    }
    const std::string answer = fmt::format("tls.certificate[{}].ocsp_file", index_);
    const bool staples = conf::mark_of(patient_.document, answer).line != 0;
    if (facts_.must_staple && !staples) {
      add("certificate-staple",
          "the certificate promises a stapled OCSP answer, and there is none");
    }
  }

  // A second certificate, with another key, serves those who cannot take this one.
  void check_programs() {
    const auto& all = patient_.inspection.certificates;
    const bool alone = std::ranges::all_of(
        all, [](const auto& one) { return one->key_type() == tls::KeyType::kEd25519; });
    if (alone && index_ == 0) add("certificate-ed25519", "all certificates have Ed25519 keys");
  }

  void check_path() {
    const auto path = tls::trust_path(certificate_, patient_.ca_file);
    if (!path) return add("system-roots", path.error().said());
    if (path->root.empty()) {
      return add("chain-untrusted", path->fault,
                 fmt::format("have it issued by a public authority; or install that authority on "
                             "all clients, and say so: postern doctor --ca-file FILE"));
    }
    if (!wants_old_systems(patient_.live()) || year_of(path->root_made) <= kOldSystems) return;
    const auto* const fact = std::ranges::find(kRootFacts, path->root, &RootFact::root);
    add("chain-new-root",
        fmt::format(
            "the chain ends at \"{}\", which was made in {} and is unknown to {}", path->root,
            static_cast<int>(year_of(path->root_made)),
            fact == kRootFacts.end() ? "systems that had no update since" : fact->unknown_to));
  }

  const Patient& patient_;
  std::size_t index_;
  const tls::Certificate& certificate_;
  tls::LeafFacts facts_;
  std::string place_;
  Findings findings_;
};

}  // namespace

Findings certificate_findings(const Patient& patient) {
  Findings findings;
  if (patient.live().server_names.empty()) {
    findings.push_back({.check = "names-missing",
                        .where = patient.document.file,
                        .what = "server.names does not say which names clients use"});
  }
  for (std::size_t i = 0; i < patient.inspection.certificates.size(); ++i) {
    for (Finding& one : Look(patient, i).findings()) findings.push_back(std::move(one));
  }
  return findings;
}

Findings client_certificate_findings(const Patient& patient, std::size_t backend) {
  Findings findings;
  const auto& files = patient.live().backends[backend].security.certificate;
  if (files.cert_file.empty()) return findings;
  const auto certificate = tls::Certificate::load(files);
  if (!certificate || tls::leaf_facts(**certificate).for_clients) return findings;
  findings.push_back({.check = "backend-client-usage",
                      .where = patient.place_of(fmt::format("backend[{}].cert_file", backend)),
                      .what = "the certificate is not meant for clients"});
  return findings;
}

}  // namespace postern::doctor
