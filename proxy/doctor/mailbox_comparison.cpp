// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/mailbox_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proxy/doctor/said.hpp"

namespace postern::doctor {
namespace {

using Pointers = std::vector<const Message*>;

std::string counted(std::size_t count) {
  return fmt::format("{} message{}", count, count == 1 ? "" : "s");
}

std::string size_text(std::uint64_t octets) {
  constexpr double kMiB = 1048576;
  return fmt::format("{:.1f} MiB", static_cast<double>(octets) / kMiB);
}

std::uint64_t octets_of(const Pointers& messages) {
  std::uint64_t sum = 0;
  for (const Message* const one : messages) sum += one->octets;
  return sum;
}

class Comparison {
 public:
  Comparison(const Mailbox& before, const Mailbox& after) : before_(before), after_(after) {
    match_uids();
    match_sizes();
  }

  Findings findings() {
    about_renamed();
    about_lost();
    about_same();
    return std::move(findings_);
  }

 private:
  struct Pair {
    const Message* before;
    const Message* after;
  };

  void add(std::string check, std::string what) {
    findings_.push_back(
        {.check = std::move(check), .where = after_.server, .what = std::move(what)});
  }

  void match_uids() {
    std::unordered_map<std::string_view, const Message*> known;
    for (const Message& one : after_.messages) {
      if (!one.uid.empty()) known.emplace(one.uid, &one);
    }
    for (const Message& one : before_.messages) {
      const auto found = known.find(one.uid);
      if (one.uid.empty() || found == known.end()) {
        lost_.push_back(&one);
        continue;
      }
      same_.push_back({&one, found->second});
      known.erase(found);
    }
    for (const Message& one : after_.messages) {
      if (one.uid.empty() || known.contains(one.uid)) added_.push_back(&one);
    }
  }

  // What has the same size is taken for the same message under another id.
  void match_sizes() {
    std::multimap<std::uint64_t, const Message*> sizes;
    for (const Message* const one : added_) sizes.emplace(one->octets, one);
    Pointers lost;
    for (const Message* const one : lost_) {
      const auto found = sizes.find(one->octets);
      if (found == sizes.end()) {
        lost.push_back(one);
        continue;
      }
      renamed_.push_back({one, found->second});
      std::erase(added_, found->second);
      sizes.erase(found);
    }
    lost_ = std::move(lost);
  }

  void about_renamed() {
    if (renamed_.empty()) return;
    Pointers again;
    for (const Pair& pair : renamed_) again.push_back(pair.after);
    const std::string what =
        fmt::format("{} of {} would be downloaded again, {} for each program",
                    counted(again.size()), before_.messages.size(), size_text(octets_of(again)));
    if (!after_.tells_uids) return add("compare-without-uidl", what + ": it has no UIDL");
    const Pair& first = renamed_.front();
    add("compare-uidl",
        fmt::format("{}: message {} is \"{}\" on the old server and \"{}\" here", what,
                    first.before->number, shown(first.before->uid), shown(first.after->uid)));
  }

  void about_lost() {
    if (!lost_.empty()) {
      add("compare-missing",
          fmt::format("{} of the old server {} not here, the first is {} (\"{}\")",
                      counted(lost_.size()), lost_.size() == 1 ? "is" : "are",
                      lost_.front()->number, shown(lost_.front()->uid)));
    }
    if (!added_.empty()) {
      add("compare-added",
          fmt::format("{} {} here that the old server does not have, {}", counted(added_.size()),
                      added_.size() == 1 ? "is" : "are", size_text(octets_of(added_))));
    }
  }

  void about_same() {
    const auto goes_back = std::ranges::adjacent_find(
        same_, [](const Pair& a, const Pair& b) { return a.after->number > b.after->number; });
    if (goes_back != same_.end()) {
      add("compare-order",
          fmt::format("the order is another one: message {} of the old server is {} "
                      "here, and {} is {}",
                      goes_back->before->number, goes_back->after->number,
                      std::next(goes_back)->before->number, std::next(goes_back)->after->number));
    }
    about("compare-size", "another size",
          [](const Pair& pair) { return pair.before->octets != pair.after->octets; });
    about("compare-headers", "other headers", [](const Pair& pair) {
      return !pair.before->headers.empty() && !pair.after->headers.empty() &&
             pair.before->headers != pair.after->headers;
    });
  }

  void about(std::string_view check, std::string_view words, bool (*differs)(const Pair&)) {
    const auto first = std::ranges::find_if(same_, differs);
    if (first == same_.end()) return;
    const auto count = static_cast<std::size_t>(std::ranges::count_if(same_, differs));
    add(std::string(check), fmt::format("{} {} {} here, the first is {} (\"{}\")", counted(count),
                                        count == 1 ? "has" : "have", words, first->after->number,
                                        shown(first->after->uid)));
  }

  const Mailbox& before_;
  const Mailbox& after_;
  std::vector<Pair> same_;     // by their ids
  std::vector<Pair> renamed_;  // by their sizes
  Pointers lost_;
  Pointers added_;
  Findings findings_;
};

}  // namespace

Findings compare(const Mailbox& before, const Mailbox& after) {
  Findings findings;
  for (const Mailbox* const one : {&before, &after}) {
    if (one->fault.empty()) continue;
    findings.push_back({.check = "compare-login", .where = one->server, .what = one->fault});
  }
  if (!findings.empty()) return findings;
  return Comparison(before, after).findings();
}

}  // namespace postern::doctor
