// SPDX-License-Identifier: Apache-2.0
// Questions to all workers about their sessions. Each answers in its own thread when it comes to
// it; whoever asked hears of all answers at once, in the supervisor's, after a second at the
// latest: a worker that hangs is waited for no longer, and what it says then is thrown away.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "proxy/net/callback.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/server/worker.hpp"
#include "proxy/session/table.hpp"

namespace postern::server {

class Inquiries {
 public:
  using Workers = std::vector<std::unique_ptr<Worker>>;
  /// One a worker, in their order; none of a worker that did not answer in time.
  template <class Answer>
  using Answers = std::vector<std::optional<Answer>>;

  static constexpr std::chrono::milliseconds kPatience{1'000};
  /// How many may be under way.
  static constexpr std::size_t kMost = 32;

  /// Both must outlive it, and the workers have ended before it is destroyed.
  Inquiries(net::Loop& loop, const Workers& workers)
      : loop_(loop), workers_(workers), turn_end_(loop, [this] { bury(); }) {}
  Inquiries(const Inquiries&) = delete;
  Inquiries& operator=(const Inquiries&) = delete;

  /// `done` is called later, once; or not at all where this returns false, because too many are
  /// under way. `question` is asked in the workers' threads, in all at once.
  template <class Answer>
  bool ask(const std::function<Answer(session::Table&)>& question,
           std::function<void(Answers<Answer>)> done);
  /// In the workers' threads as well, and nobody waits for it.
  void change_traces(const std::function<void(session::TraceBook&)>& change) const {
    for (const auto& worker : workers_) worker->change_traces(change);
  }

 private:
  // What the workers' threads share with the supervisor's.
  template <class Answer>
  struct Shared {
    std::mutex mutex;
    Answers<Answer> answers;
    std::size_t missing = 0;
    net::Wakeup* complete = nullptr;  // null: nobody waits any more
  };

  struct Any {
    bool over = false;
    virtual ~Any() = default;
  };

  template <class Answer>
  struct One final : Any {
    std::shared_ptr<Shared<Answer>> shared = std::make_shared<Shared<Answer>>();
    std::function<void(Answers<Answer>)> done;
    net::Wakeup complete;
    net::Timer patience;

    One(net::Loop& loop, const std::function<void()>& ready)
        : complete(loop, ready), patience(loop, ready) {}
    ~One() override {
      const std::lock_guard lock(shared->mutex);
      shared->complete = nullptr;
    }
  };

  void bury() {
    std::erase_if(all_, [](const auto& one) { return one->over; });
  }

  net::Loop& loop_;
  const Workers& workers_;
  net::TurnEnd turn_end_;
  std::vector<std::unique_ptr<Any>> all_;
};

template <class Answer>
bool Inquiries::ask(const std::function<Answer(session::Table&)>& question,
                    std::function<void(Answers<Answer>)> done) {
  if (all_.size() >= kMost) return false;
  const auto self = std::make_shared<One<Answer>*>(nullptr);
  auto one = std::make_unique<One<Answer>>(loop_, [this, self] {
    One<Answer>& asked = **self;
    if (std::exchange(asked.over, true)) return;
    turn_end_.ask();
    Answers<Answer> answers;
    {
      const std::lock_guard lock(asked.shared->mutex);
      asked.shared->complete = nullptr;
      answers = std::move(asked.shared->answers);
    }
    asked.done(std::move(answers));
  });
  *self = one.get();
  one->done = std::move(done);
  const std::shared_ptr<Shared<Answer>> shared = one->shared;
  shared->answers.resize(workers_.size());
  shared->missing = workers_.size();
  shared->complete = &one->complete;
  one->patience.start(kPatience);
  all_.push_back(std::move(one));
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    workers_[i]->visit([shared, question, i](session::Table& table) {
      Answer answer = question(table);
      const std::lock_guard lock(shared->mutex);
      if (shared->complete == nullptr) return;
      shared->answers[i] = std::move(answer);
      if (--shared->missing == 0) shared->complete->signal();
    });
  }
  return true;
}

}  // namespace postern::server
