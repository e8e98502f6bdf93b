// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/relay.hpp"

#include <functional>
#include <utility>

#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/habit_step.hpp"
#include "proxy/pop3/known_errors.hpp"
#include "proxy/pop3/reply_line.hpp"
#include "proxy/pop3/response_code.hpp"
#include "proxy/pop3/status_line.hpp"

namespace postern::pop3 {
namespace {

bool addresses_message(Request request) noexcept {
  const Verb verb = request.verb;
  const bool listing = verb == Verb::kList || verb == Verb::kUidl;
  return verb == Verb::kRetr || verb == Verb::kTop || verb == Verb::kDele ||
         (listing && request.answer == Answer::kSingle);
}

// What a client reads where the backend gave a reason in words that may name the inside. Empty for
// a temporary one, which has a code.
Answer answer_to_error(Request request, ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::kTemporary:
      return Answer::kSilence;
    case ErrorKind::kUnknownCommand:
      return Answer::kBackendLacksCommand;
    case ErrorKind::kNoSuchMessage:
      return addresses_message(request) ? Answer::kNoSuchMessage : Answer::kCommandFailed;
    case ErrorKind::kUnknown:
    case ErrorKind::kWrongPassword:
      return Answer::kCommandFailed;
  }
  std::unreachable();
}

// Whether the text lies in the buffer, and not in the splitter's own store.
bool lies_in(std::string_view text, std::string_view buffer) noexcept {
  return !text.empty() && std::less_equal<>{}(buffer.data(), text.data()) &&
         std::less<>{}(text.data(), buffer.data() + buffer.size());
}

}  // namespace

void Relay::on_client(std::string_view& bytes, std::string& upstream) {
  Line line;
  while (!input_over_ && !queue_.full() &&
         client_lines_.next(bytes, terms_.max_command_bytes, line)) {
    const Request request = take_request(line, terms_, upstream);
    if (traced()) outlet_->trace(TraceLine::heard(line, Hearing::kCommand));
    take(request, upstream);
  }
  if (input_over_) bytes = {};
}

void Relay::take(Request request, std::string_view sent) noexcept {
  ++counts_.commands;
  if (habits_ != nullptr && !habits_->full()) habits_->note(step_for(request, sent));
  if (is_bad(request.answer)) {
    if (patience_.bad()) request.answer = Answer::kTooManyBadCommands;
  } else if (pop3::is_good(request.answer)) {
    patience_.good();
  }
  if (request.answer == Answer::kQuit) quit_sent_ = true;
  input_over_ = quit_sent_ || request.answer == Answer::kTooManyBadCommands;
  queue_.push(request);
}

void Relay::answer(Gather& downstream) {
  while (!finished_ && !queue_.empty() && is_own(queue_.front().answer)) {
    const auto [verb, answer] = queue_.front();
    queue_.pop();
    const bool own = answer == Answer::kOwnCapabilities;
    count(verb, own ? CommandResult::kOk : CommandResult::kRefused);
    if (traced()) outlet_->trace(TraceLine::said(answer));
    if (own) {
      downstream.add_copy(
          capability_reply(terms_, client_, Phase::kTransaction, backend_terms_.known()));
    } else {
      downstream.add_copy(text_of(answer));
    }
    if (answer == Answer::kTooManyBadCommands) finished_ = CloseReason::kTooManyBadCommands;
  }
}

bool Relay::awaits_backend() const noexcept {
  return !queue_.empty() && !is_own(queue_.front().answer);
}

Owed Relay::owed() const noexcept {
  if (!awaits_backend()) return Owed::kNothing;
  return in_body_ && body_begun_ ? Owed::kBody : Owed::kReply;
}

void Relay::on_backend(std::string_view bytes, Gather& downstream) {
  answer(downstream);
  while (!bytes.empty() && !finished_) {
    if (capabilities_) {
      if (!on_capability(bytes, downstream)) return;
    } else if (in_body_) {
      if (!pass_body(bytes, downstream)) return;
      finish_reply(true);
    } else if (unasked_ || !awaits_backend()) {
      return on_unasked(bytes, downstream);
    } else if (!on_status(bytes, downstream)) {
      return;
    }
    answer(downstream);
  }
}

bool Relay::well_formed(const Line& line) const noexcept {
  return line.form == LineForm::kGood ||
         (line.form == LineForm::kBareLf && line_ends_ == policy::LineEnds::kLf);
}

// Returns whether it has ended.
bool Relay::pass_body(std::string_view& bytes, Gather& downstream) {
  const std::size_t before = bytes.size();
  const bool ended = take_body(bytes, downstream);
  body_bytes_ += before - bytes.size();
  if (ended && traced()) outlet_->trace(TraceLine::body(body_bytes_));
  return ended;
}

bool Relay::take_body(std::string_view& bytes, Gather& downstream) {
  body_begun_ = true;
  ++progress_;
  if (line_ends_ == policy::LineEnds::kLf) {
    bytes.remove_prefix(lf_body_.take(bytes, downstream));
    return lf_body_.ended();
  }
  if (backend_terms_.body == policy::Body::kRepair) {
    bytes.remove_prefix(repaired_body_.take(bytes, downstream));
    const bool ended = repaired_body_.ended();
    if (ended && repaired_body_.changed()) ++counts_.repaired;
    return ended;
  }
  const std::size_t taken = body_.scan(bytes);
  downstream.add(bytes.substr(0, taken));
  bytes.remove_prefix(taken);
  return body_.ended();
}

bool Relay::next_backend_line(std::string_view& bytes, Line& line) {
  if (backend_lines_.next(bytes, kReplyBound, line)) {
    ++progress_;
    return true;
  }
  if (backend_lines_.swallowed() > kEndlessLine) finished_ = CloseReason::kBackendProtocol;
  return false;
}

// A reply that nobody asked for ends the session. One that begins like an error may say why the
// backend is about to close, which is its right; what is asked meanwhile it does not answer.
void Relay::on_unasked(std::string_view bytes, Gather& downstream) {
  if (!std::exchange(unasked_, true) && bytes.front() != '-') {
    finished_ = CloseReason::kBackendProtocol;
    return;
  }
  Line line;
  if (!next_backend_line(bytes, line)) return;
  if (traced()) outlet_->trace(TraceLine::replied(line));
  const bool farewell = line.text.starts_with('-') && is_status_line(line.text);
  finished_ = farewell ? on_backend_end(downstream) : CloseReason::kBackendProtocol;
}

// Returns whether a whole status line was there.
bool Relay::on_status(std::string_view& bytes, Gather& downstream) {
  const std::string_view whole = bytes;
  Line line;
  if (!next_backend_line(bytes, line)) return false;
  if (!is_status_line(line.text)) {
    finished_ = CloseReason::kBackendProtocol;
    return false;
  }
  if (traced()) outlet_->trace(TraceLine::replied(line, queue_.front().verb));
  const bool accepted = line.text.front() == '+';
  if (queue_.front().answer == Answer::kCapabilities) {
    if (accepted) {
      capabilities_ = std::make_unique<CapabilityReader>();
      return true;
    }
    downstream.add_copy(
        capability_reply(terms_, client_, Phase::kTransaction, backend_terms_.known()));
  } else if (accepted) {
    add_status(line, lies_in(line.text, whole), downstream);
  } else {
    add_error(line, downstream);
  }
  in_body_ = accepted && queue_.front().answer == Answer::kMulti;
  if (!in_body_) {
    finish_reply(accepted);
    return true;
  }
  body_begun_ = false;
  body_bytes_ = 0;
  body_.begin();
  lf_body_.begin();
  repaired_body_.begin();
  return true;
}

// The backend's list is read to its end and ours, which it can only shorten, goes out in its place.
// Returns whether a whole line was there and made sense.
bool Relay::on_capability(std::string_view& bytes, Gather& downstream) {
  Line line;
  if (!next_backend_line(bytes, line)) return false;
  if (!well_formed(line) || line.text != ".") {
    if (capabilities_->take(line.text)) return true;
    finished_ = CloseReason::kBackendProtocol;
    return false;
  }
  const BackendCapabilities& list = capabilities_->list();
  downstream.add_copy(capability_reply(terms_, client_, Phase::kTransaction, list));
  if (traced()) outlet_->trace(TraceLine::said(Answer::kCapabilities));
  using News = LearnedCapabilities::News;
  const auto& learned = backend_terms_.learned;
  if (learned && learned->learn(list.has) == News::kChanged) capabilities_changed_ = true;
  capabilities_.reset();
  finish_reply(true);
  return true;
}

void Relay::finish_reply(bool accepted) noexcept {
  const Request request = queue_.front();
  queue_.pop();
  in_body_ = false;
  count(request.verb, accepted ? CommandResult::kOk : CommandResult::kError);
  if (accepted && request.verb == Verb::kRetr) ++counts_.retrieved;
  if (accepted && request.verb == Verb::kDele) ++counts_.deleted;
  if (request.answer == Answer::kQuit) finished_ = CloseReason::kQuit;
}

// A line that says no more than it should stays where it lies, so that the body after it need not
// be copied.
void Relay::add_status(const Line& line, bool in_place, Gather& downstream) {
  constexpr std::size_t kCrLf = 2;
  const Request request = queue_.front();
  if (request.verb == Verb::kUidl && request.answer == Answer::kSingle) {
    downstream.add_copy(tells_id(line) ? line.text : text_of(Answer::kNoUsableAnswer));
    return downstream.add_copy(tells_id(line) ? "\r\n" : "");
  }
  const StatusLine status(request, line.text);
  if (in_place && line.form == LineForm::kGood) {
    const std::string_view raw(line.text.data(), line.text.size() + kCrLf);
    if (raw == status.text()) return downstream.add(raw);
  }
  downstream.add_copy(status.text());
}

// The backend's own words may name the inside; its response code is kept.
void Relay::add_error(const Line& line, Gather& downstream) {
  if (backend_terms_.error_text == policy::ErrorText::kPass && well_formed(line) &&
      all_printable(line.text)) {
    downstream.add_copy(line.text);
    return downstream.add_copy("\r\n");
  }
  std::string_view code = response_code_of(line.text);
  if (code.empty()) {
    const ErrorKind kind = kind_of_command_error(line.text, backend_terms_.temporary_errors);
    const Answer answer = answer_to_error(queue_.front(), kind);
    if (answer != Answer::kSilence) return answer_instead(answer, downstream);
    code = "SYS/TEMP";
  }
  if (traced()) outlet_->trace(TraceLine::said_with_code(code));
  downstream.add_copy("-ERR [");
  downstream.add_copy(code);
  downstream.add_copy("] ");
  downstream.add_copy(explanation_of(code));
  downstream.add_copy("\r\n");
}

void Relay::answer_instead(Answer answer, Gather& downstream) const {
  if (traced()) outlet_->trace(TraceLine::said(answer));
  downstream.add_copy(text_of(answer));
}

CloseReason Relay::end_unanswered(Answer answer, CloseReason reason, Gather& downstream) {
  this->answer(downstream);
  if (finished_) return *finished_;
  if (in_body_) return CloseReason::kBackendTruncated;
  if (!awaits_backend()) return CloseReason::kBackendClosed;
  answer_instead(answer, downstream);
  return reason;
}

CloseReason Relay::on_backend_end(Gather& downstream) {
  return end_unanswered(Answer::kBackendHasClosed, CloseReason::kBackendUnanswered, downstream);
}

CloseReason Relay::on_backend_overdue(Gather& downstream) {
  return end_unanswered(Answer::kBackendIsSilent, CloseReason::kBackendReplyTimeout, downstream);
}

}  // namespace postern::pop3
