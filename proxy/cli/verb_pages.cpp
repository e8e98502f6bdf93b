// SPDX-License-Identifier: Apache-2.0
#include "proxy/cli/verb_pages.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace postern::cli {
namespace {

constexpr std::array kListed = {Group::kServe, Group::kSetUp, Group::kLook, Group::kSteer,
                                Group::kHelp};

using Line = std::string_view;

constexpr Line kRunLines[] = {"postern run", "postern run -c ./postern.toml"};
constexpr Line kDemoLines[] = {"postern demo", "postern demo --port-base 0"};
constexpr Line kInitLines[] = {"postern init"};
constexpr Line kImportLines[] = {"postern import dovecot /etc/dovecot/dovecot.conf >postern.toml"};
constexpr Line kCheckLines[] = {"sudo -u postern postern check",
                                "postern check -c ./postern.toml --strict"};
constexpr Line kConfigLines[] = {"postern config", "postern config --defaults | less",
                                 "postern config --diff ./new.toml"};
constexpr Line kExplainLines[] = {"postern explain --ip 10.2.40.7 --listener pop3 --user ann",
                                  "postern explain --ip 10.2.40.7 --listener pop3 --at 2027-04-01"};
constexpr Line kDoctorLines[] = {"sudo postern doctor", "sudo postern doctor --backend exchange",
                                 "postern doctor --compare old new:995 --user ann"};
constexpr Line kStatusLines[] = {"sudo postern status", "sudo postern status --json"};
constexpr Line kSessionsLines[] = {"sudo postern sessions --user ann",
                                   "sudo postern sessions kick --ip 203.0.113.9"};
constexpr Line kReportLines[] = {
    "journalctl -u postern -o cat | postern report plaintext --since 30d",
    "postern report trust /var/log/postern/postern.log*"};
constexpr Line kTraceLines[] = {"sudo postern trace --user ann --for 10m"};
constexpr Line kReloadLines[] = {"sudo postern reload --dry-run", "sudo postern reload"};
constexpr Line kBansLines[] = {"sudo postern bans",
                               "sudo postern bans add 203.0.113.0/24 --for 1h --comment 'ticket 7'",
                               "sudo postern bans del 203.0.113.0/24"};
constexpr Line kDrainLines[] = {"sudo postern drain --wait"};
constexpr Line kStopLines[] = {"sudo postern stop"};
constexpr Line kUpgradeLines[] = {"sudo postern upgrade"};
constexpr Line kHelpLines[] = {"postern help", "postern help check"};
constexpr Line kVersionLines[] = {"postern version", "postern version --build"};
constexpr Line kCompletionLines[] = {"source <(postern completion bash)",
                                     "postern completion fish | source"};

constexpr VerbPage kPages[] = {
    {"run", Group::kServe, kRunLines},         {"demo", Group::kServe, kDemoLines},
    {"init", Group::kSetUp, kInitLines},       {"import", Group::kSetUp, kImportLines},
    {"check", Group::kSetUp, kCheckLines},     {"config", Group::kSetUp, kConfigLines},
    {"explain", Group::kSetUp, kExplainLines}, {"doctor", Group::kSetUp, kDoctorLines},
    {"status", Group::kLook, kStatusLines},    {"sessions", Group::kLook, kSessionsLines},
    {"report", Group::kLook, kReportLines},    {"trace", Group::kLook, kTraceLines},
    {"reload", Group::kSteer, kReloadLines},   {"bans", Group::kSteer, kBansLines},
    {"drain", Group::kSteer, kDrainLines},     {"stop", Group::kSteer, kStopLines},
    {"upgrade", Group::kSteer, kUpgradeLines}, {"help", Group::kHelp, kHelpLines},
    {"version", Group::kHelp, kVersionLines},  {"completion", Group::kUnlisted, kCompletionLines},
};

}  // namespace

std::span<const Group> listed_groups() noexcept { return kListed; }

std::string_view title_of(Group group) noexcept {
  switch (group) {
    case Group::kServe:
      return "Serve";
    case Group::kSetUp:
      return "Set up";
    case Group::kLook:
      return "Look";
    case Group::kSteer:
      return "Steer";
    case Group::kHelp:
      return "Help";
    case Group::kUnlisted:
      return "Unlisted";
  }
  std::unreachable();
}

VerbPage page_of(std::string_view verb) noexcept {
  const auto* const row = std::ranges::find(kPages, verb, &VerbPage::verb);
  if (row != std::end(kPages)) return *row;
  return {.verb = verb, .group = Group::kHelp, .examples = {}};
}

}  // namespace postern::cli
