// SPDX-License-Identifier: Apache-2.0
// The transaction state, checked in both directions (RFC 1939 section 5, RFC 2449): the client's
// lines become canonical commands or are answered here; the backend's replies are matched to the
// commands, their status lines written anew and their bodies passed on untouched, unless they are
// to be repaired.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "policy/habits.hpp"
#include "proxy/pop3/backend_terms.hpp"
#include "proxy/pop3/body_scanner.hpp"
#include "proxy/pop3/capabilities.hpp"
#include "proxy/pop3/client_terms.hpp"
#include "proxy/pop3/close_reason.hpp"
#include "proxy/pop3/gather.hpp"
#include "proxy/pop3/lf_body.hpp"
#include "proxy/pop3/line_splitter.hpp"
#include "proxy/pop3/outlet.hpp"
#include "proxy/pop3/patience.hpp"
#include "proxy/pop3/repaired_body.hpp"
#include "proxy/pop3/request_queue.hpp"

namespace postern::pop3 {

/// What came by, for the session's line in the log.
struct RelayCounts {
  std::uint32_t commands = 0;
  std::uint32_t retrieved = 0;
  std::uint32_t deleted = 0;
  std::uint32_t repaired = 0;  // bodies
};

/// What the backend owes at the moment.
enum class Owed : std::uint8_t {
  kNothing,
  kReply,  // the beginning of an answer, or of its body
  kBody,   // the rest of one
};

class Relay {
 public:
  /// The first three must outlive the relay. `line_ends` of the backend are kCrLf, or kLf where it
  /// is known that a LF alone ends its lines, too. The client's `habits`, if they are asked for,
  /// and the way out that counts commands and tells of them, if they are, must outlive it as well.
  Relay(const ClientTerms& terms, const BackendTerms& backend, const policy::Facts& client,
        policy::LineEnds line_ends = policy::LineEnds::kCrLf, policy::Habits* habits = nullptr,
        const Outlet* outlet = nullptr) noexcept
      : terms_(terms),
        backend_terms_(backend),
        client_(client),
        line_ends_(line_ends),
        habits_(habits),
        outlet_(outlet),
        patience_(terms.max_bad_commands) {}

  /// Takes the client's lines from the front of `bytes` until they are used up or the queue is
  /// full; commands are appended to `upstream`. What comes after QUIT is thrown away. Own answers
  /// are not written here: call answer().
  void on_client(std::string_view& bytes, std::string& upstream);

  /// Takes everything the backend sent and adds what the client may see to `downstream`, which must
  /// be used before `bytes` dies. After this, finished() may have a reason.
  void on_backend(std::string_view bytes, Gather& downstream);

  /// Writes the own answers that stand at the head of the queue. To be called when the client's
  /// side takes bytes.
  void answer(Gather& downstream);

  /// The backend will send no more. Adds a last `-ERR` where one is still honest; returns how the
  /// session ends: a reply that was cut stays visibly cut.
  CloseReason on_backend_end(Gather& downstream);

  /// The backend has owed a reply for too long. Likewise.
  CloseReason on_backend_overdue(Gather& downstream);

  /// Set when the session has to end, after what was added downstream has been sent.
  std::optional<CloseReason> finished() const noexcept { return finished_; }

  /// Whether the client waits for an answer, and whether the backend owes the next one.
  bool owes_client() const noexcept { return !queue_.empty(); }
  bool awaits_backend() const noexcept;
  Owed owed() const noexcept;
  /// Grows with each whole line and each piece of a body that the backend owed.
  std::uint32_t progress() const noexcept { return progress_; }
  /// Whether the client's QUIT was taken.
  bool quit_sent() const noexcept { return quit_sent_; }
  /// Whether on_client() would take anything.
  bool takes_input() const noexcept { return !queue_.full() || input_over_; }
  /// Whether the backend's capabilities were found to differ from what was known of them; says so
  /// once.
  bool take_capabilities_changed() noexcept { return std::exchange(capabilities_changed_, false); }
  const RelayCounts& counts() const noexcept { return counts_; }
  std::uint32_t bad_commands() const noexcept { return patience_.all_bad(); }

 private:
  void take(Request request, std::string_view sent) noexcept;
  bool well_formed(const Line& line) const noexcept;
  bool take_body(std::string_view& bytes, Gather& downstream);
  bool pass_body(std::string_view& bytes, Gather& downstream);
  bool next_backend_line(std::string_view& bytes, Line& line);
  void on_unasked(std::string_view bytes, Gather& downstream);
  bool on_status(std::string_view& bytes, Gather& downstream);
  bool on_capability(std::string_view& bytes, Gather& downstream);
  void finish_reply(bool accepted) noexcept;
  void count(Verb verb, CommandResult result) const noexcept {
    if (outlet_ != nullptr) outlet_->count(verb, result);
  }
  bool traced() const noexcept { return outlet_ != nullptr && outlet_->traced(); }
  void add_status(const Line& line, bool in_place, Gather& downstream);
  void add_error(const Line& line, Gather& downstream);
  void answer_instead(Answer answer, Gather& downstream) const;
  CloseReason end_unanswered(Answer answer, CloseReason reason, Gather& downstream);

  const ClientTerms& terms_;
  const BackendTerms& backend_terms_;
  const policy::Facts& client_;
  const policy::LineEnds line_ends_;
  policy::Habits* const habits_;
  const Outlet* const outlet_;
  bool in_body_ = false;
  bool body_begun_ = false;  // some of it has come
  bool unasked_ = false;     // what the backend says now was not asked for
  bool quit_sent_ = false;
  bool capabilities_changed_ = false;
  bool input_over_ = false;  // QUIT or the farewell was taken: what follows is ignored
  std::uint32_t progress_ = 0;
  std::uint64_t body_bytes_ = 0;  // of the one that is on its way, or was
  Patience patience_;
  RelayCounts counts_;
  std::unique_ptr<CapabilityReader> capabilities_;  // while the backend's list is read
  BodyScanner body_;
  LfBody lf_body_;              // in its place with kLf
  RepairedBody repaired_body_;  // in its place where bodies are repaired
  std::optional<CloseReason> finished_;
  LineSplitter client_lines_{LongLine::kAtOnce, BareLf::kTaken};
  LineSplitter backend_lines_{LongLine::kAtItsEnd};
  RequestQueue queue_;
};

}  // namespace postern::pop3
