// SPDX-License-Identifier: Apache-2.0
// One thread with a loop of its own: it accepts, serves and ends sessions, and shares nothing with
// the other workers on the way of a byte.
#pragma once

#include <atomic>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "proxy/admin/counters.hpp"
#include "proxy/admin/log.hpp"
#include "proxy/keys/key_desk.hpp"
#include "proxy/net/acceptor.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/resolver.hpp"
#include "proxy/server/admission.hpp"
#include "proxy/server/arrival.hpp"
#include "proxy/server/counted_news.hpp"
#include "proxy/server/crowd.hpp"
#include "proxy/server/login_memory.hpp"
#include "proxy/server/preface.hpp"
#include "proxy/server/shared_logins.hpp"
#include "proxy/server/turn_away.hpp"
#include "proxy/session/session.hpp"
#include "proxy/session/snapshot.hpp"
#include "proxy/session/table.hpp"
#include "proxy/upstream/warm_stocks.hpp"

namespace postern::server {

/// What one worker is told about one door. Without sockets it has the door open already.
struct WorkerDoor {
  std::string address;  // with the port that is in use
  std::size_t listener = 0;
  std::optional<std::size_t> lanes;      // of the snapshot, where the address has several
  std::vector<net::Descriptor> sockets;  // each is accepted from
};

class Worker final : private net::Acceptor::Owner, private Prefaces::Owner {
 public:
  /// `emptied` is called once in the worker's thread, when it accepts nothing more and its last
  /// session has ended. All must outlive the worker.
  Worker(unsigned number, admin::Log& log, admin::Counters& counters, Admission& admission,
         Crowd& crowd, LoginMemory& logins, cluster::Membership& membership, upstream::News& news,
         std::function<void()> emptied);
  /// Ends the thread and all sessions.
  ~Worker() override;

  void start();

  /// These may be called from any thread; they take effect in order, in the worker's.
  /// New sessions get this snapshot; doors that are not in the list are closed.
  void use(SnapshotPtr snapshot, std::vector<WorkerDoor> doors);
  /// The signer is at the other end of this from now on.
  void use_signer(net::Descriptor channel);
  /// Accepts nothing more; sessions go on as if nothing were.
  void retire();
  /// Accepts nothing more, lets no new login begin, and lets sessions end by themselves.
  void drain();
  /// Ends all sessions and the thread.
  void stop();
  /// Calls back in the worker's thread as soon as its loop comes to it.
  void ask(std::function<void()> answer);
  /// Has it count that it is alive, and what it has in stock.
  void take_pulse();
  /// The same, with its sessions.
  void visit(std::function<void(session::Table&)> visitor);
  /// Likewise, with those who watch some of them.
  void change_traces(std::function<void(session::TraceBook&)> change);

 private:
  struct OpenDoor {
    std::string address;
    std::size_t listener;
    std::optional<std::size_t> lanes;
    std::vector<std::unique_ptr<net::Acceptor>> acceptors;
  };
  using Task = std::move_only_function<void()>;

  void on_accept(net::Acceptor& acceptor, net::Descriptor connection,
                 const net::Address& peer) override;
  void on_accept_failed(net::Acceptor& acceptor, std::error_code error) override;
  void on_introduced(Arrival arrival) override { welcome(std::move(arrival)); }
  void on_none_waiting() override { tell_if_empty(); }

  /// Of a client whose address is known: a session for it, or the end.
  void welcome(Arrival arrival);

  /// A place among the sessions, or why there is none for this client.
  std::expected<session::Ticket, Objection> admit(const session::ListenerPlan& plan,
                                                  const policy::IpAddress& client);
  void post(Task task);
  void run_tasks();
  void take(SnapshotPtr snapshot, std::vector<WorkerDoor> doors);
  OpenDoor open(WorkerDoor door);
  void accept_no_more();
  void tell_if_empty();
  void on_reaped();
  void note_ended(std::size_t sessions);
  void tidy_up();
  void show_pulse();
  void reject(Objection objection, Arrival& arrival);
  void pause(std::string_view why);
  void try_to_resume();

  admin::Log& log_;
  admin::Counters& counters_;
  session::Tallies tallies_{counters_};
  CountedNews news_;
  Admission& admission_;
  Crowd& crowd_;
  Guard& guard_;
  std::function<void()> emptied_;
  bool accepting_ = true;
  bool told_empty_ = false;
  bool paused_ = false;
  bool tidying_due_ = false;
  std::size_t counted_ = 0;  // sessions that admission knows of
  std::size_t ended_ = 0;    // sessions since memory was last given back
  std::atomic<bool> pulse_asked_{false};
  SnapshotPtr snapshot_;
  std::mutex mutex_;  // guards tasks_
  std::vector<Task> tasks_;
  net::Loop loop_;
  std::unique_ptr<transport::Buffers> buffers_;
  keys::KeyDesk key_desk_;
  pop3::Spare spare_;
  session::TraceBook traces_{spare_};
  net::Wakeup wakeup_;
  net::Timer retry_;
  net::Timer tidying_;
  net::Resolver resolver_;
  upstream::WarmStocks warm_;
  SharedLogins logins_;
  session::Table table_;
  session::Environment environment_;
  std::vector<OpenDoor> doors_;
  Prefaces prefaces_;
  std::thread thread_;
};

}  // namespace postern::server
