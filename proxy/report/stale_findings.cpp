// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <chrono>
#include <map>

#include "proxy/report/findings.hpp"
#include "proxy/report/tally_table.hpp"

namespace postern::report {
namespace {

using namespace std::chrono_literals;

// Who mistypes a password tries again at once; who polls does so for hours.
constexpr auto kLong = 1h;
constexpr std::uint64_t kOften = 3;
// A program beside one that gets in from the same place fails as often as this, or more.
constexpr int kADay = 4;
// Who tries as many users from one address, and gets none of them in, guesses.
constexpr std::size_t kManyUsers = 5;

class StaleFindings final : public Findings {
 public:
  StaleFindings(const Timeline& timeline, std::size_t max_rows)
      : failures_(timeline, max_rows, 1),
        again_(timeline, max_rows, 1),
        remembered_(timeline, max_rows, 1),
        logins_(timeline, max_rows),
        here_(timeline, max_rows, 1),
        banned_(timeline, max_rows) {}

  void take(const LogLine& line) override;
  std::vector<Table> tables() const override;

 private:
  using UsersAt = std::map<std::string_view, std::size_t>;  // failing users by address

  bool is_stale(const Tally::Entry& entry, const UsersAt& users_at) const;
  bool goes_on(const Tally::Entry& entry) const;

  Tally failures_;    // wrong passwords, by user and address
  Tally again_;       // of them, those that are known to be old or to have been wrong before
  Tally remembered_;  // of these, those that were answered from memory
  Tally logins_;      // by user
  Tally here_;        // logins, by user and address
  Tally banned_;      // by address
};

// What is known of the password that was refused; empty where it was none, or not for that.
std::string_view password_in(const LogLine& line) noexcept {
  if (line.event() == "auth_failed") return "wrong";
  if (line.event() != "login_refused") return {};
  if (line.get("reason") == "remembered") return "the same wrong one again";
  const std::string_view message = line.get("msg");
  if (message.starts_with("a password that was right before")) return "was right before";
  if (message.starts_with("the same wrong password again")) return "the same wrong one again";
  return {};
}

void StaleFindings::take(const LogLine& line) {
  const std::string_view address = client_address(line);
  const std::array who{line.get("user"), address};
  if (is_logged_in(line)) {
    logins_.add({line.time(), std::span(who).first(1), {}, {}});
    here_.add({line.time(), who, {}, {}});
  } else if (line.event() == "ban" && line.get("mode") != "report-only") {
    banned_.add({line.time(), std::span(who).last(1), {}, {}});
  } else if (const auto password = password_in(line); !password.empty() && !who[0].empty()) {
    const std::array hints{password, line.get("client"), line.get("listener")};
    failures_.add({line.time(), who, hints, {}, times_of(line)});
    if (line.event() == "auth_failed") return;
    again_.add({line.time(), who, {}, {}, times_of(line)});
    if (line.get("reason") != "remembered") return;
    remembered_.add({line.time(), who, {}, {}, times_of(line)});
  }
}

// Who gets in from there since the first failure only mistypes, unless it is hours of failures, and
// many a day: then it is another program of that user.
bool StaleFindings::goes_on(const Tally::Entry& entry) const {
  const auto& [key, failure] = entry;
  const Tally::Row* const login = here_.find(key);
  if (login == nullptr || login->last < failure.first) return true;
  const auto span = failure.last - failure.first;
  const auto days = std::max<std::chrono::milliseconds>(span, 24h) / 24.0h;
  return span >= kLong && static_cast<double>(failure.count) >= kADay * days;
}

// A password that was wrong before is no guess. Where the program does not remember so long, it is
// told by the hours that it goes on for, unless whoever is there guesses.
bool StaleFindings::is_stale(const Tally::Entry& entry, const UsersAt& users_at) const {
  const auto& [key, failure] = entry;
  if (!goes_on(entry)) return false;
  if (again_.find(key) != nullptr) return true;
  if (failure.count < kOften || failure.last - failure.first < kLong) return false;
  if (banned_.find({key[1]}) != nullptr) return false;
  return logins_.find({key[0]}) != nullptr || users_at.at(key[1]) < kManyUsers;
}

std::vector<Table> StaleFindings::tables() const {
  constexpr auto kDetail = Column::Rank::kDetail;
  UsersAt users_at;
  for (const auto& [key, row] : failures_.rows()) ++users_at[key[1]];
  const TallyColumns columns{{{"user"}, {"address"}},
                             {{"password"}, {"client"}, {"listener", kDetail}},
                             {{"last_login"}, {"from_memory", kDetail}}};
  const ExtraCells extra = [this](const Tally::Key& key) -> std::vector<Cell> {
    const Tally::Row* const login = logins_.find({key.front()});
    const Tally::Row* const remembered = remembered_.find(key);
    return {login == nullptr ? Cell() : Cell(login->last),
            remembered == nullptr ? std::uint64_t{0} : remembered->count};
  };
  Table table =
      tally_table("stale", "Stale: who polls with an old password", columns, failures_, extra);
  table.in_summary = InSummary::kCount;
  std::erase_if(table.rows, [&](const std::vector<Cell>& row) {
    const auto* const address = std::get_if<std::string>(&row[1]);
    if (address == nullptr) return false;  // what found no room
    const auto found = failures_.rows().find({std::get<std::string>(row[0]), *address});
    return !is_stale(*found, users_at);
  });
  return {table};
}

}  // namespace

std::unique_ptr<Findings> stale_findings(const Timeline& timeline, std::size_t max_rows) {
  return std::make_unique<StaleFindings>(timeline, max_rows);
}

}  // namespace postern::report
