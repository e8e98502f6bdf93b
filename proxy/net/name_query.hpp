// SPDX-License-Identifier: Apache-2.0
// One question to the system's hosts file and its name servers, asked without waiting: all that
// c-ares is used for. Each question has a channel of its own, so that it can be given up at any
// time, and what the system's files say of names and servers is as new as the question.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "proxy/net/address.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/loop.hpp"

struct ares_addrinfo;
struct ares_channeldata;

namespace postern::net {

class NameQuery {
 public:
  enum class Outcome : std::uint8_t {
    kFound,
    kAbsent,  // there is no such name, or it has no address
    kSilent,  // whether there is could not be found out
  };
  struct Answer {
    Outcome outcome = Outcome::kSilent;
    std::vector<Address> addresses;  // best first (RFC 6724); without a port
    std::chrono::seconds ttl{0};     // of the shortest-lived; 0 for what the hosts file says
    int error = 0;                   // a negative libuv error; 0 with kFound
  };
  struct Question {
    std::string host;
    std::string servers;  // "127.0.0.1:5353"; empty: those of the system
    std::chrono::milliseconds limit;
  };

  /// Answered after `limit` at the latest. `done` is called once, perhaps from inside the
  /// constructor, and must not destroy the query. The loop must outlive it.
  NameQuery(Loop& loop, const Question& question, Callback done);
  ~NameQuery();
  NameQuery(const NameQuery&) = delete;
  NameQuery& operator=(const NameQuery&) = delete;

  bool is_done() const noexcept { return done_; }
  /// Meaningful once it is done.
  const Answer& answer() const noexcept { return answer_; }

 private:
  void open(const std::string& servers);
  void ask(const std::string& host);
  void watch(int descriptor, int events);
  void process(int readable, int writable);
  void on_timer();
  void wait();
  void on_answer(int status, const ares_addrinfo* found);
  void finish(Outcome outcome, int error);

  Loop& loop_;
  Callback on_done_;
  std::chrono::milliseconds end_;
  bool done_ = false;
  Answer answer_;
  Timer timer_;
  std::unordered_map<int, Handle<uv_poll_t>> sockets_;  // c-ares owns and closes them
  ares_channeldata* channel_ = nullptr;
};

}  // namespace postern::net
