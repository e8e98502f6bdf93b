// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/stream.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "policy/must.hpp"
#include "proxy/net/source_socket.hpp"
#include "proxy/net/trampoline.hpp"

namespace postern::net {
namespace {

// Everything that may hold a password is smaller. More than that is mail, or encrypted, and would
// only be touched once more for nothing.
constexpr std::size_t kMayHoldSecrets = 16'384;

uv_stream_t* as_stream(uv_tcp_t* tcp) noexcept { return reinterpret_cast<uv_stream_t*>(tcp); }

// How much the kernel takes at once. What uv_try_write() does, without the kernel's detour over
// files; an error is 0 bytes here, and shows up again when libuv writes.
std::size_t send_now(const uv_tcp_t& tcp, std::string_view bytes) noexcept {
  uv_os_fd_t descriptor = -1;
  if (uv_fileno(reinterpret_cast<const uv_handle_t*>(&tcp), &descriptor) != 0) return 0;
  const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

}  // namespace

// Outlives the stream: libuv gives it back, cancelled, when the handle is closed.
struct Stream::Write {
  uv_write_t request;
  std::string bytes;

  explicit Write(std::string_view copied) : request(), bytes(copied) {}
  ~Write() {
    if (bytes.size() <= kMayHoldSecrets) explicit_bzero(bytes.data(), bytes.size());
  }
  Write(const Write&) = delete;
  Write& operator=(const Write&) = delete;
};

Stream::Stream(Loop& loop, Owner& owner)
    : owner_(owner), outbox_(loop.outbox()), handle_(new uv_tcp_t) {
  policy::must(uv_tcp_init(loop.raw(), handle_.get()) == 0, "uv_tcp_init");
  handle_->data = this;
}

Stream::~Stream() { flush(); }

int Stream::adopt(Descriptor connection) {
  const int error = uv_tcp_open(handle_.get(), connection.get());
  if (error == 0) connection.release();
  return error;
}

int Stream::bind(const Address& source) {
  auto socket = source_socket(source);
  return socket ? adopt(*std::move(socket)) : socket.error();
}

int Stream::connect(const Address& address) {
  // Before the socket exists, libuv remembers it for the one that it makes.
  uv_tcp_nodelay(handle_.get(), 1);
  auto* const request = new uv_connect_t;  // freed in `done`
  const Trampoline done([](uv_connect_t* connect, int status) {
    const std::unique_ptr<uv_connect_t> freed(connect);
    auto* const self = owner_of<Stream>(connect->handle);
    if (self == nullptr) return;
    if (status != 0) self->stop_reading();
    self->owner_.on_connected(*self, status);
  });
  const int error = uv_tcp_connect(request, handle_.get(), address.raw(), done);
  if (error != 0) {
    delete request;
    return error;
  }
  // Asked for now, the socket stays in libuv's epoll set when the connection is made; asked for
  // then, libuv would add it again, fail, and correct itself.
  start_reading();
  return 0;
}

void Stream::start_reading() noexcept {
  if (reading_ || ended_ || !handle_) return;
  const Trampoline lend([](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
    auto* const self = static_cast<Stream*>(handle->data);
    *buffer = uv_buf_init(nullptr, 0);
    if (self == nullptr) return;
    const std::span<char> lent = self->owner_.lend_buffer(*self);
    *buffer = uv_buf_init(lent.data(), static_cast<unsigned>(lent.size()));
  });
  const Trampoline read([](uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
    auto* const self = static_cast<Stream*>(stream->data);
    if (self != nullptr) self->on_read(count, buffer->base);
  });
  reading_ = uv_read_start(as_stream(handle_.get()), lend, read) == 0;
}

void Stream::stop_reading() noexcept {
  if (reading_) uv_read_stop(as_stream(handle_.get()));
  reading_ = false;
}

bool Stream::is_quiet() const noexcept {
  uv_os_fd_t descriptor = -1;
  if (!handle_ || ended_) return false;
  if (uv_fileno(reinterpret_cast<const uv_handle_t*>(handle_.get()), &descriptor) != 0)
    return false;
  char byte = 0;
  const ssize_t count = ::recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count < 0 && errno == EAGAIN;
}

void Stream::on_read(ssize_t count, char* data) {
  if (count == 0) return;
  if (count > 0) {
    return owner_.on_bytes(*this, {data, static_cast<std::size_t>(count)});
  }
  if (count != UV_EOF) return on_broken(static_cast<int>(count));
  stop_reading();
  if (!std::exchange(ended_, true)) owner_.on_end(*this, StreamEnd::kFinished);
}

void Stream::on_broken(int error) {
  if (error_ == 0) error_ = error;
  stop_reading();
  ended_ = true;
  if (!std::exchange(broken_, true)) owner_.on_end(*this, StreamEnd::kReset);
}

void Stream::send(std::string_view bytes) {
  if (bytes.empty() || !handle_) return;
  if (pending_ == 0 && outbox_.put(*this, bytes)) {
    in_outbox_ = true;
    return;
  }
  flush();
  transmit(bytes);
}

void Stream::flush() {
  if (in_outbox_) outbox_.flush();
}

void Stream::transmit(std::string_view bytes) {
  in_outbox_ = false;
  if (pending_ == 0) bytes.remove_prefix(send_now(*handle_, bytes));
  if (!bytes.empty()) queue(bytes);
}

void Stream::queue(std::string_view bytes) {
  auto* const write = new Write(bytes);  // freed in `done`
  write->request.data = write;
  const uv_buf_t buffer =
      uv_buf_init(write->bytes.data(), static_cast<unsigned>(write->bytes.size()));
  const Trampoline done([](uv_write_t* request, int status) {
    const std::unique_ptr<Write> freed(static_cast<Write*>(request->data));
    auto* const self = static_cast<Stream*>(request->handle->data);
    if (self != nullptr) self->on_written(status);
  });
  if (uv_write(&write->request, as_stream(handle_.get()), &buffer, 1, done) == 0) {
    ++pending_;
  } else {
    delete write;
  }
}

void Stream::on_written(int status) {
  --pending_;
  if (status != 0) return on_broken(status);
  if (pending_ == 0) owner_.on_drained(*this);
}

std::size_t Stream::pending_bytes() const noexcept {
  if (!handle_) return 0;
  return uv_stream_get_write_queue_size(as_stream(handle_.get()));
}

void Stream::close() noexcept {
  flush();
  stop_reading();
  handle_.reset();
  ended_ = true;
  pending_ = 0;
}

void Stream::finish() {
  if (!handle_) return;
  flush();
  auto* const request = new uv_shutdown_t;  // freed in `done`
  const Trampoline done(
      [](uv_shutdown_t* shutdown, int) { const std::unique_ptr<uv_shutdown_t> freed(shutdown); });
  if (uv_shutdown(request, as_stream(handle_.get()), done) != 0) delete request;
}

}  // namespace postern::net
