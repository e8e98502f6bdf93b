// SPDX-License-Identifier: Apache-2.0
// Asks one address what it is, the way that logins take: the gateway's own dialer reaches, secures
// and hears it, and then it is told whose connection this is, asked for its capabilities, and left.
// No name and no password is ever said.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/doctor/interview.hpp"
#include "proxy/doctor/question.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/upstream/dialer.hpp"
#include "tls/suite.hpp"

namespace postern::doctor {

/// What came of it.
struct Answer {
  std::optional<upstream::DialFailure> failure;  // then there is nothing else
  std::chrono::milliseconds greeted_after{0};
  std::string greeting;
  std::string leaf;  // the certificate that was shown, in DER
  tls::Suite suite;
  std::string introduced;                                // what it said to the introduction
  std::optional<std::vector<std::string>> capabilities;  // empty where it has none to tell
  bool took_leave = false;                               // it answered all that it was asked

  bool greeted() const noexcept { return !failure; }
};

class Probe final : private Interview {
 public:
  /// See Interview.
  Probe(const upstream::Dialer::World& world, const Question& question, net::Callback done)
      : Interview(world, question, std::move(done)) {}

  const Answer& answer() const noexcept { return answer_; }

 private:
  enum class Stage : std::uint8_t { kIntroduction, kCapabilities, kList, kFarewell };

  void on_greeted(const upstream::Dialer& dialer, std::string_view greeting,
                  const transport::Transport& connection) override;
  void on_unreached(const upstream::DialFailure& failure) override;
  void on_line(std::string_view line) override;
  void on_cut(Cut cut) override;

  void ask(Stage stage, std::string_view command);

  Stage stage_ = Stage::kIntroduction;
  Answer answer_;
};

/// Asks all of them at once, and waits for the last answer. They come back in the same order.
std::vector<Answer> ask_all(const upstream::Dialer::World& world,
                            const std::vector<Question>& questions);

}  // namespace postern::doctor
