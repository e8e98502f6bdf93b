// SPDX-License-Identifier: Apache-2.0
// The processes before this one whose sessions still go on: what those count is counted here, they
// are told what this one is told, and they are waited for by nobody.
#pragma once

#include <cstddef>
#include <list>
#include <memory>

#include "proxy/net/descriptor.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/net/readiness.hpp"
#include "proxy/server/legacy.hpp"

namespace postern::server {

class Elders {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// The service manager knows that this process is the one.
    virtual void on_main() = 0;
    /// One of them has counted so much since.
    virtual void on_counted(const Counted& more) = 0;
    /// How many sessions they have, or how many they are, is another number now.
    virtual void on_elders_changed() = 0;
    /// The last session of one of them has ended.
    virtual void on_elder_gone() = 0;
  };

  /// Both outlive it.
  Elders(net::Loop& loop, Owner& owner) noexcept;
  ~Elders();
  Elders(const Elders&) = delete;
  Elders& operator=(const Elders&) = delete;

  void add(net::Descriptor channel);
  /// Their channels, for the one that is to take our place. What they have said so far was heard,
  /// and nothing more is until resume().
  ElderChannels lend();
  void resume();
  /// They are another's.
  void clear() noexcept;

  /// Tells all of them; nobody is waited for.
  void pass_on(Word wish);

  /// How many there are, and how many sessions they have together.
  std::size_t size() const noexcept { return elders_.size(); }
  std::size_t sessions() const noexcept;

 private:
  class Elder;

  void remove(Elder& elder);

  net::Loop& loop_;
  Owner& owner_;
  std::list<std::unique_ptr<Elder>> elders_;
};

}  // namespace postern::server
