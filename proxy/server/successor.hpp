// SPDX-License-Identifier: Apache-2.0
// The process that is to take the place of this one, as this one sees it: started, followed until
// it serves or has failed, and then told what the sessions that stay here still count.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/confinement/launcher.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/child.hpp"
#include "proxy/net/descriptor.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/net/readiness.hpp"
#include "proxy/server/doors.hpp"
#include "proxy/server/legacy.hpp"

namespace postern::server {

class Successor final : private net::Readiness::Owner {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// It could begin at once, with what this returns; whatever only one process can have is free
    /// for it from here on.
    virtual Legacy on_heir_prepared() = 0;
    /// It serves.
    virtual void on_heir_serving() = 0;
    /// It has not come so far, and is gone. May destroy the successor.
    virtual void on_heir_failed(const std::string& why) = 0;
    /// It was told something, once it serves.
    virtual void on_heir_wish(Word wish) = 0;
  };

  /// Until it has read its configuration, and until it serves then.
  static constexpr std::chrono::seconds kPreparation{60};
  static constexpr std::chrono::seconds kTakeOver{30};

  /// Starts it and gives it the sockets; one of the owner's first and then one of the next two is
  /// called later, on the loop. Why it cannot be started, else. The loop and the owner outlive it.
  [[nodiscard]] static std::expected<std::unique_ptr<Successor>, std::string> start(
      net::Loop& loop, const confinement::Launcher& launcher,
      const std::vector<Doors::Bequest>& sockets, Owner& owner);
  ~Successor() override;
  Successor(const Successor&) = delete;
  Successor& operator=(const Successor&) = delete;

  pid_t pid() const noexcept { return child_->pid(); }
  bool is_serving() const noexcept { return state_ == State::kServing; }

  /// The service manager knows of it.
  void confirm();
  /// One that does not serve yet will not do so.
  void abandon(const std::string& why) { fail(why); }
  /// What has been counted here since the last time, and how many sessions there still are. Returns
  /// what of it was taken.
  Counted report(const Counted& more, std::size_t open, net::Wait wait);

 private:
  enum class State {
    kPreparing,
    kTakingOver,  // it has the legacy
    kServing,
    kFailed,
  };

  Successor(net::Loop& loop, Owner& owner, net::Descriptor channel);

  void on_readable() override;
  bool hear_one();
  void hear(const Message& message);
  void give(const Legacy& legacy);
  bool give_all(const Legacy& legacy);
  void fail(const std::string& why);
  void on_ended(int outcome);

  Owner& owner_;
  State state_ = State::kPreparing;
  net::Descriptor channel_;
  std::unique_ptr<net::Child> child_;
  bool ended_ = false;
  std::unique_ptr<net::Readiness> readiness_;
  net::Timer deadline_;
  std::string last_words_;  // why it has failed, as it says itself
};

}  // namespace postern::server
