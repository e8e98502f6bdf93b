// A shell that knows what a gateway must never do, and remembers the first promise that was broken.
// It is told what the client was given to say, and judges every call of the dialogue by that.
#pragma once

#include <string>
#include <string_view>

#include "proxy/pop3/dialogue.hpp"

namespace postern::session_test {

/// What the client shows in clear, and what it says under TLS only.
inline constexpr std::string_view kClearSecret = "ClearCanary";
inline constexpr std::string_view kSealedSecret = "SealedCanary";

class Oracle : public pop3::Shell {
 public:
  pop3::Sink send_downstream(std::string_view bytes) override;
  pop3::Sink send_upstream(std::string_view bytes) override;
  void start_tls() override;
  pop3::Admission admit(const pop3::Login& login) override;
  void remember_exposed(const pop3::Login& login) override;
  void connect_upstream() override;
  void close_upstream() override;
  void relay_started() override;
  void set_deadline(pop3::Deadline deadline) override;
  void report(const pop3::Report& report) override;
  void close(pop3::CloseReason reason) override;

  /// What the oracle has to know of the client's side.
  void client_says(std::string_view bytes);
  void tls_is_up();
  /// After every event: what the dialogue says of itself.
  void look_at(const pop3::Dialogue& dialogue);

  /// Empty as long as every promise was kept.
  const std::string& broken() const noexcept { return broken_; }

  /// The shell's side of the world.
  pop3::Sink downstream_sink = pop3::Sink::kOpen;
  pop3::Sink upstream_sink = pop3::Sink::kOpen;
  bool upgrading = false;   // start_tls() was called and TLS is not up
  bool connecting = false;  // connect_upstream() was called and not answered
  bool connected = false;
  bool penalised = false;  // an answer is held back
  pop3::Admission admission = pop3::Admission::kFree;
  bool closed = false;
  bool client_gone = false;  // it reset its connection: nobody reads what was begun
  std::string commands;      // what went upstream and was not answered, for the backend's part

 private:
  void expect(bool kept, std::string_view promise);
  void check_line_upstream(std::string_view line);

  bool tls_ = false;
  bool said_sealed_ = false;  // a whole secret was said under TLS
  bool said_quit_ = false;
  bool relaying_ = false;
  std::string said_;        // by the client since TLS, or since the beginning
  std::string downstream_;  // the last, unfinished line
  std::string upstream_;    // likewise
  std::string broken_;
};

}  // namespace postern::session_test
