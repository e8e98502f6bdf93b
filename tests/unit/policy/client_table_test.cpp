// SPDX-License-Identifier: Apache-2.0
#include "policy/client_table.hpp"

#include <catch2/catch.hpp>

#include <optional>

namespace postern::policy {
namespace {

DialoguePattern dialogue(std::string_view text) {
  std::string fault;
  return DialoguePattern::parse(text, fault).value();
}

HelloPattern hello(std::string_view text) { return HelloPattern::parse(text).value(); }

Habits said(std::initializer_list<Step> steps) {
  Habits habits;
  for (const Step step : steps) habits.note(step);
  return habits;
}

HelloShape tls(std::uint8_t versions = 0b1000) {
  HelloShape seen;
  seen.versions = versions;
  return seen;
}

const Habits kNoop = said({Step::kUser, Step::kPass, Step::kLoggedIn, Step::kNoop});
const Habits kStat = said({Step::kUser, Step::kPass, Step::kLoggedIn, Step::kStat});
const HelloShape kClear;

ClientRow go() { return {.name = "go", .dialogue = {dialogue("USER PASS > NOOP *")}}; }

ClientRow ruby() {
  return {.name = "ruby",
          .hello = {hello("1.2:*:*"), hello("1.3:*:*")},
          .with_hello = {dialogue("USER PASS > STAT *")}};
}

}  // namespace

TEST_CASE("a dialogue that only one program has names it on every link", "[client_table]") {
  const ClientTable table({}, {go(), ruby()});
  CHECK(table.recognise(kClear, kNoop) == "go");
  CHECK(table.recognise(tls(), kNoop) == "go");
}

TEST_CASE("a dialogue that many have names a program only with its hello", "[client_table]") {
  const ClientTable table({}, {go(), ruby()});
  CHECK(table.recognise(tls(), kStat) == "ruby");
  CHECK(table.recognise(tls(0b0100), kStat) == "ruby");
  CHECK(table.recognise(tls(0b1111), kStat) == kUnknownClient);
  CHECK(table.recognise(kClear, kStat) == kUnknownClient);
  CHECK(table.recognise(tls(), said({Step::kCapa})) == kUnknownClient);
}

TEST_CASE("a hello alone may suffice", "[client_table]") {
  const ClientTable table({}, {{.name = "erp", .hello = {hello("1.3:*:*")}}});
  CHECK(table.recognise(tls(), Habits()) == "erp");
  CHECK(table.recognise(tls(), kStat) == "erp");
  CHECK(table.recognise(kClear, kStat) == kUnknownClient);
}

TEST_CASE("a row with a dialogue and a hello is not the hello alone", "[client_table]") {
  const ClientTable table(
      {}, {{.name = "x", .hello = {hello("1.3:*:*")}, .dialogue = {dialogue("CAPA")}}});
  CHECK(table.recognise(tls(), kStat) == kUnknownClient);
  CHECK(table.recognise(kClear, said({Step::kCapa})) == "x");
}

TEST_CASE("a dialogue may suffice in clear alone", "[client_table]") {
  const ClientTable table(
      {},
      {{.name = "x", .hello = {hello("1.2:*:*")}, .in_clear = {dialogue("USER PASS > STAT *")}}});
  CHECK(table.recognise(kClear, kStat) == "x");
  CHECK(table.recognise(tls(), kStat) == kUnknownClient);
  CHECK(table.recognise(tls(0b0100), kStat) == kUnknownClient);
  CHECK(table.recognise(kClear, kNoop) == kUnknownClient);
}

TEST_CASE("where two programs fit, neither is named", "[client_table]") {
  ClientRow other = go();
  other.name = "other";
  CHECK(ClientTable({}, {go(), other}).recognise(kClear, kNoop) == kUnknownClient);
  CHECK(ClientTable({}, {go(), go()}).recognise(kClear, kNoop) == "go");
}

TEST_CASE("what is only told names nobody, but makes others doubtful", "[client_table]") {
  ClientRow told = go();
  told.name = "told";
  told.evidence = Evidence::kTold;
  CHECK(ClientTable({}, {told}).recognise(kClear, kNoop) == kUnknownClient);
  CHECK(ClientTable({}, {go(), told}).recognise(kClear, kNoop) == kUnknownClient);
  CHECK(ClientTable({}, {told, go()}).recognise(kClear, kNoop) == kUnknownClient);
  ClientRow read = go();
  read.evidence = Evidence::kSource;
  CHECK(ClientTable({}, {read}).recognise(kClear, kNoop) == "go");
}

TEST_CASE("the site's rows come first, in their order", "[client_table]") {
  ClientRow erp = go();
  erp.name = "erp";
  ClientRow second = go();
  second.name = "second";
  const ClientTable table({erp, second}, {go()});
  CHECK(table.recognise(kClear, kNoop) == "erp");
}

TEST_CASE("an empty table knows nobody", "[client_table]") {
  CHECK(ClientTable().recognise(tls(), kNoop) == kUnknownClient);
  CHECK(ClientTable().change_for("go").empty());
}

TEST_CASE("the site's sentence comes before the shipped one", "[client_table]") {
  ClientRow shipped = go();
  shipped.change = "shipped";
  const ClientRow own{.name = "go", .change = "own"};
  CHECK(ClientTable({}, {shipped}).change_for("go") == "shipped");
  CHECK(ClientTable({own}, {shipped}).change_for("go") == "own");
  CHECK(ClientTable({go()}, {go(), shipped}).change_for("go") == "shipped");
  CHECK(ClientTable({own}, {shipped}).recognise(kClear, kNoop) == "go");
  CHECK(ClientTable({own}, {shipped}).change_for("perl").empty());
}

}  // namespace postern::policy
