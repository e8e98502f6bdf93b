// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/status_notices.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace postern::server {
namespace {

constexpr long kSoon = 14;     // days that a certificate has left
constexpr long kVerySoon = 3;  // likewise
constexpr double kNear = 0.8;  // of a limit

using Notices = std::vector<Notice>;

void problem(Notices& all, std::string text) {
  all.push_back({.weight = Notice::Weight::kProblem, .text = std::move(text)});
}

void warning(Notices& all, std::string text) {
  all.push_back({.weight = Notice::Weight::kWarning, .text = std::move(text)});
}

void about_process(const NoticeFacts& facts, Notices& all) {
  const Overview& overview = facts.overview;
  if (overview.draining) {
    warning(all, "It drains: nothing new is accepted, and it ends with its last session.");
  }
  if (facts.silent_threads != 0) {
    problem(all, fmt::format("Threads that do not answer: {}. See the log, and restart it if that "
                             "lasts.",
                             facts.silent_threads));
  }
  if (!overview.reload.taken) {
    problem(all,
            "The last reload was refused, and the configuration before it is in use: "
            "\u201cpostern check\u201d says why.");
  }
  if (!overview.restart_keys.empty()) {
    warning(all, fmt::format("Changed in the file, but only a restart takes it: {}.",
                             fmt::join(overview.restart_keys, ", ")));
  }
  if (overview.log_lines_lost != 0) {
    warning(all, fmt::format(
                     "Lines of the log that were lost: {}. Is its disk full, or its reader slow?",
                     overview.log_lines_lost));
  }
}

void about_backends(const Overview& overview, Notices& all) {
  for (const Overview::Backend& backend : overview.backends) {
    const auto down = std::ranges::count(backend.addresses, false, &Overview::Address::up);
    if (down == 0) continue;
    const auto known = static_cast<std::ptrdiff_t>(backend.addresses.size());
    if (down == known) {
      problem(all, fmt::format("Backend {} is down: nobody it serves can log in. \u201cpostern "
                               "doctor --backend {}\u201d says more.",
                               backend.name, backend.name));
    } else {
      warning(all, fmt::format("Of backend {} {} of {} addresses are down; the others serve.",
                               backend.name, down, known));
    }
  }
}

void about_certificates(const NoticeFacts& facts, Notices& all) {
  for (const Overview::Certificate& one : facts.overview.certificates) {
    const long left = days_left(facts.overview, one);
    const std::string name = one.names.empty() ? one.file : one.names.front();
    if (one.not_after <= facts.overview.now) {
      problem(all, fmt::format("The certificate of {} has expired: mail programs refuse it. Renew "
                               "{}; it is picked up by itself.",
                               name, one.file));
    } else if (left < kSoon) {
      auto text = fmt::format(
          "The certificate of {} expires in {} {}: renew {}; it is picked "
          "up by itself.",
          name, left, left == 1 ? "day" : "days", one.file);
      left < kVerySoon ? problem(all, std::move(text)) : warning(all, std::move(text));
    }
  }
  for (const admin::Gauge& gauge : facts.gauges) {
    if (gauge.metric != admin::Metric::kCertificateMatches || gauge.value != 0.0) continue;
    problem(all, fmt::format("No certificate is for {}, which users type: mail programs warn, or "
                             "refuse.",
                             gauge.labels.front()));
  }
}

void about_limits(const Overview& overview, Notices& all) {
  for (const Overview::Limit& one : overview.limits) {
    if (one.most == 0 || static_cast<double>(one.now) < kNear * static_cast<double>(one.most)) {
      continue;
    }
    warning(all, fmt::format("{} is nearly reached: {} of {}.", one.name, one.now, one.most));
  }
}

}  // namespace

long days_left(const Overview& overview, const Overview::Certificate& certificate) noexcept {
  return std::chrono::floor<std::chrono::days>(certificate.not_after - overview.now).count();
}

std::vector<Notice> notices_about(const NoticeFacts& facts) {
  Notices all;
  about_process(facts, all);
  about_backends(facts.overview, all);
  about_certificates(facts, all);
  about_limits(facts.overview, all);
  if (facts.exposed != 0) {
    warning(all, fmt::format("Passwords that crossed the network unprotected: {}. \u201cpostern "
                             "report exposed\u201d says whose; have them changed.",
                             facts.exposed));
  }
  std::ranges::stable_sort(all, {}, &Notice::weight);
  return all;
}

}  // namespace postern::server
