// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/name_query.hpp"

#include <ares.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "proxy/net/error_text.hpp"
#include "proxy/net/trampoline.hpp"

namespace postern::net {
namespace {

using std::chrono::milliseconds;

// The first try of each server has this long, the next one twice as long.
constexpr int kTryMs = 1'000;
constexpr int kTries = 3;

struct FreeFound {
  void operator()(ares_addrinfo* found) const noexcept { ares_freeaddrinfo(found); }
};

// In the words that the system's own resolver would have used.
int error_of(int status) noexcept {
  switch (status) {
    case ARES_ENOTFOUND:
    case ARES_EBADNAME:
      return UV_EAI_NONAME;
    case ARES_ENODATA:
      return UV_EAI_NODATA;
    case ARES_ENOMEM:
      return UV_EAI_MEMORY;
    case ARES_ETIMEOUT:
      return UV_ETIMEDOUT;
    default:  // foreign numbers: the server refused, failed, or gave no sense
      return UV_EAI_AGAIN;
  }
}

bool is_absent(int status) noexcept {
  return status == ARES_ENOTFOUND || status == ARES_EBADNAME || status == ARES_ENODATA;
}

// An answer is as old as its oldest part, aliases included.
std::chrono::seconds ttl_of(const ares_addrinfo& found) noexcept {
  constexpr int kMost = 86'400;
  int ttl = kMost;
  for (const auto* node = found.nodes; node != nullptr; node = node->ai_next) {
    ttl = std::min(ttl, node->ai_ttl);
  }
  for (const auto* alias = found.cnames; alias != nullptr; alias = alias->next) {
    ttl = std::min(ttl, alias->ttl);
  }
  return std::chrono::seconds(std::max(ttl, 0));
}

std::vector<Address> addresses_in(const ares_addrinfo& found) {
  std::vector<Address> addresses;
  for (const auto* node = found.nodes; node != nullptr; node = node->ai_next) {
    if (const auto address = Address::from(node->ai_addr)) addresses.push_back(*address);
  }
  return addresses;
}

}  // namespace

NameQuery::NameQuery(Loop& loop, const Question& question, Callback done)
    : loop_(loop),
      on_done_(std::move(done)),
      end_(loop.now() + question.limit),
      timer_(loop, [this] { on_timer(); }) {
  open(question.servers);
  if (channel_ == nullptr) {
    finish(Outcome::kSilent, UV_EAI_FAIL);
  } else {
    ask(question.host);
    wait();
  }
}

// c-ares tells of the end of whatever is under way; nobody is to hear of it.
NameQuery::~NameQuery() {
  done_ = true;
  if (channel_ != nullptr) ares_destroy(channel_);
}

void NameQuery::open(const std::string& servers) {
  ares_options options{};
  options.timeout = kTryMs;
  options.tries = kTries;
  char files_first[] = "fb";  // the hosts file, then the servers
  options.lookups = files_first;
  options.sock_state_cb_data = this;
  options.sock_state_cb = [](void* self, int descriptor, int readable, int writable) noexcept {
    const int events = (readable != 0 ? UV_READABLE : 0) | (writable != 0 ? UV_WRITABLE : 0);
    static_cast<NameQuery*>(self)->watch(descriptor, events);
  };
  const int given = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
  if (ares_init_options(&channel_, &options, given) != ARES_SUCCESS) channel_ = nullptr;
  if (channel_ != nullptr && !servers.empty()) {
    ares_set_servers_ports_csv(channel_, servers.c_str());
  }
}

void NameQuery::ask(const std::string& host) {
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  const ares_addrinfo_callback done = [](void* self, int status, int,
                                         ares_addrinfo* found) noexcept {
    const std::unique_ptr<ares_addrinfo, FreeFound> freed(found);
    static_cast<NameQuery*>(self)->on_answer(status, found);
  };
  ares_getaddrinfo(channel_, host.c_str(), nullptr, &hints, done, this);
}

// c-ares closes a socket right after it has said that it waits for nothing there any more.
void NameQuery::watch(int descriptor, int events) {
  if (events == 0) {
    sockets_.erase(descriptor);
    return;
  }
  Handle<uv_poll_t>& socket = sockets_[descriptor];
  if (!socket) {
    auto poll = std::make_unique<uv_poll_t>();
    // One that cannot be polled stays silent, and the question has its limit.
    if (uv_poll_init(loop_.raw(), poll.get(), descriptor) != 0) return;
    socket.reset(poll.release());
    socket->data = this;
  }
  uv_poll_start(socket.get(), events, Trampoline([](uv_poll_t* poll, int status, int ready) {
                  auto* const self = owner_of<NameQuery>(poll);
                  if (self == nullptr) return;
                  uv_os_fd_t number = ARES_SOCKET_BAD;
                  uv_fileno(reinterpret_cast<uv_handle_t*>(poll), &number);
                  const bool failed = status != 0;
                  self->process(failed || (ready & UV_READABLE) != 0 ? number : ARES_SOCKET_BAD,
                                failed || (ready & UV_WRITABLE) != 0 ? number : ARES_SOCKET_BAD);
                }));
}

void NameQuery::process(int readable, int writable) {
  ares_process_fd(channel_, readable, writable);
  wait();
}

void NameQuery::on_timer() {
  if (loop_.now() >= end_) return finish(Outcome::kSilent, timed_out());
  process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

// Until c-ares asks again, or the time is up.
void NameQuery::wait() {
  if (done_) return timer_.stop();
  milliseconds delay = end_ - loop_.now();
  timeval buffer{};
  if (const timeval* const next = ares_timeout(channel_, nullptr, &buffer)) {
    delay = std::min(delay, milliseconds(next->tv_sec * 1'000 + next->tv_usec / 1'000 + 1));
  }
  timer_.start(delay);
}

void NameQuery::on_answer(int status, const ares_addrinfo* found) {
  if (done_) return;
  if (status != ARES_SUCCESS || found == nullptr) {
    return finish(is_absent(status) ? Outcome::kAbsent : Outcome::kSilent, error_of(status));
  }
  answer_.addresses = addresses_in(*found);
  answer_.ttl = ttl_of(*found);
  if (answer_.addresses.empty()) return finish(Outcome::kAbsent, no_address());
  finish(Outcome::kFound, 0);
}

void NameQuery::finish(Outcome outcome, int error) {
  if (std::exchange(done_, true)) return;
  timer_.stop();
  answer_.outcome = outcome;
  answer_.error = error;
  on_done_();
}

}  // namespace postern::net
