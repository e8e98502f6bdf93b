// SPDX-License-Identifier: Apache-2.0
// Logs in to one server as a user, and notes what is there: ids, sizes, and the headers of some
// messages. Nothing is deleted, and nothing fetched whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "proxy/doctor/interview.hpp"
#include "proxy/doctor/mailbox.hpp"
#include "proxy/doctor/question.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/pop3/secret.hpp"
#include "proxy/upstream/dialer.hpp"

namespace postern::doctor {

/// Of how many messages the headers are asked for: the first ones and the last.
inline constexpr std::size_t kMostHeaders = 20;

class MailboxReader final : private Interview {
 public:
  /// See Interview. The question's patience is for each answer.
  MailboxReader(const upstream::Dialer::World& world, const Question& question,
                const pop3::Credential& credential, std::string server, net::Callback done)
      : Interview(world, question, std::move(done)),
        credential_(credential),
        mailbox_{.server = std::move(server)} {}

  const Mailbox& mailbox() const noexcept { return mailbox_; }

 private:
  enum class Stage : std::uint8_t {
    kIntroduction,
    kUser,
    kPass,
    kList,
    kListLines,
    kUidl,
    kUidlLines,
    kTop,
    kTopLines,
    kFarewell,
  };

  void on_greeted(const upstream::Dialer& dialer, std::string_view greeting,
                  const transport::Transport& connection) override;
  void on_unreached(const upstream::DialFailure& failure) override;
  void on_line(std::string_view line) override;
  void on_cut(Cut cut) override;

  void ask(Stage stage, std::string_view command);
  bool accepts(std::string_view line, std::string_view what);  // else it is the mailbox's fault
  void say_password();
  void take_size(std::string_view line);
  void take_uid(std::string_view line);
  void take_header(std::string_view line);
  void ask_for_headers();
  void fail(std::string why);

  const pop3::Credential& credential_;
  Stage stage_ = Stage::kIntroduction;
  Mailbox mailbox_;
  std::size_t next_ = 0;  // whose id comes next, or whose headers are asked for next
};

}  // namespace postern::doctor
