// SPDX-License-Identifier: Apache-2.0
#include "proxy/transport/transport.hpp"

#include <cstring>
#include <utility>

#include "tls/engine.hpp"

namespace postern::transport {
namespace {

// Room that one record and its overhead, or any alert, always finds.
constexpr std::size_t kRecordRoom = Buffers::kClientRead;

// Enough for what was on its way when we said our last words.
constexpr std::size_t kMostDiscarded = 1'048'576;

// What a client may say while the key is asked for is the rest of a flight; of more nothing is
// read.
constexpr std::size_t kMostKept = 4'096;

std::span<const std::uint8_t> as_bytes(std::span<const char> text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::span<const char> as_text(std::span<const std::uint8_t> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Whether a write is to be gone on with. Before the handshake is done there is no protected way to
// say anything; after a failure whoever reads will be told.
bool takes_more(tls::Progress progress) noexcept {
  switch (progress) {
    case tls::Progress::kDone:
    case tls::Progress::kWantOutput:
      return true;
    case tls::Progress::kWantInput:
    case tls::Progress::kWantKey:
    case tls::Progress::kClosed:
    case tls::Progress::kFailed:
      return false;
  }
  std::unreachable();
}

}  // namespace

Transport::Transport(net::Loop& loop, Buffers& buffers, Owner& owner, std::size_t read_size)
    : buffers_(buffers), owner_(&owner), read_size_(read_size), stream_(loop, *this) {}

Transport::~Transport() {
  if (buffers_.output_owner != this) return;
  buffers_.output_owner = nullptr;
  buffers_.output_used = 0;
}

void Transport::set_reading(bool wanted) noexcept {
  if (wanted == stream_.reading()) return;
  if (wanted && awaits_key() && engine_->key_request()->kept().size() >= kMostKept) return;
  wanted ? stream_.start_reading() : stream_.stop_reading();
}

void Transport::accept_tls(tls::Lanes lanes) { engine_ = tls::Engine::accept(std::move(lanes)); }

// Should even the first flight fail, the peer's next bytes or the owner's patience tell: nobody is
// called back from inside a call.
void Transport::connect_tls(std::shared_ptr<const tls::ClientContext> context,
                            std::string_view server_name) {
  engine_ = tls::Engine::connect(std::move(context), server_name);
  const Cork flight(*this);
  tls::Exchange exchange = exchange_for({});
  engine_->handshake(exchange);
  take_output(exchange);
}

void Transport::expect_no_more_secrets() noexcept {
  if (engine_) engine_->expect_no_more_secrets();
}

void Transport::close() noexcept {
  if (engine_) engine_->forget_key_request();
  stream_.close();
}

bool Transport::awaits_key() const noexcept { return engine_ && engine_->key_request() != nullptr; }
bool Transport::secured() const noexcept { return engine_ && engine_->established(); }
tls::Version Transport::tls_version() const noexcept { return engine_->version(); }
std::string Transport::peer_leaf() const { return engine_ ? engine_->peer_leaf() : std::string(); }
std::string Transport::tls_failure() const { return engine_ ? engine_->failure() : std::string(); }

tls::Agreement Transport::agreement() const {
  return engine_ ? engine_->agreement() : tls::Agreement{};
}

tls::Suite Transport::tls_suite() const noexcept {
  return engine_ ? engine_->suite() : tls::Suite{};
}

std::span<char> Transport::lend_buffer(net::Stream&) {
  return std::span(buffers_.input).first(read_size_);
}

void Transport::on_bytes(net::Stream&, std::span<char> bytes) {
  if (discarding_) return discard(bytes);
  wire_.add_in(bytes.size());
  if (!engine_) return owner_->on_plaintext(*this, bytes);
  {
    const Cork answers(*this);
    on_ciphertext(bytes);
    if (over_) wipe_if_clear(bytes);
  }
  if (pending()) owner_->on_full(*this);
}

void Transport::discard_input() noexcept {
  discarding_ = true;
  set_reading(true);
}

// What never came to TLS may be a password in clear, at either door.
void Transport::wipe_if_clear(std::span<char> bytes) noexcept {
  if (!secured()) explicit_bzero(bytes.data(), bytes.size());
}

void Transport::discard(std::span<char> bytes) {
  wipe_if_clear(bytes);
  discarded_ += static_cast<std::uint32_t>(bytes.size());
  if (discarded_ > kMostDiscarded) owner_->on_end(*this, TransportEnd::kReset);
}

void Transport::on_ciphertext(std::span<const char> bytes) {
  if (!engine_->established()) opening_.note(bytes);
  if (awaits_key()) return keep(bytes);
  tls::Exchange exchange = exchange_for(bytes);
  if (engine_->established() || shake_hands(exchange)) read_records(exchange);
}

bool Transport::shake_hands(tls::Exchange& exchange) {
  const tls::Progress progress = engine_->handshake(exchange);
  take_output(exchange);
  peer_has_left_ |= progress == tls::Progress::kClosed;
  switch (progress) {
    case tls::Progress::kDone:
      owner_->on_secured(*this);
      return true;
    case tls::Progress::kWantInput:
      return false;
    case tls::Progress::kWantKey:
      engine_->key_request()->await([this] { on_key(); });
      keep(as_text(exchange.input));
      return false;
    case tls::Progress::kClosed:
    case tls::Progress::kWantOutput:  // a flight that does not fit is nobody's certificate
    case tls::Progress::kFailed:
      break;
  }
  over_ = true;
  owner_->on_end(*this, peer_has_left_ ? TransportEnd::kFinished : TransportEnd::kTlsFailed);
  return false;
}

// Reading goes on meanwhile, so that a peer that leaves is noticed.
void Transport::keep(std::span<const char> bytes) {
  std::string& kept = engine_->key_request()->kept();
  if (kept.append(bytes.data(), bytes.size()).size() >= kMostKept) stream_.stop_reading();
}

void Transport::on_key() {
  if (over_ || discarding_) return;
  const std::string kept = std::exchange(engine_->key_request()->kept(), {});
  if (kept.size() >= kMostKept) stream_.start_reading();
  {
    const Cork answers(*this);
    tls::Exchange exchange = exchange_for(kept);
    if (shake_hands(exchange)) read_records(exchange);
  }
  if (pending()) owner_->on_full(*this);
}

void Transport::read_records(tls::Exchange& exchange) {
  while (!over_ && !discarding_) {
    // What was said in the meantime went into the output too.
    exchange = exchange_for(as_text(exchange.input));
    const tls::Result result = engine_->read(exchange, buffers_.plaintext);
    take_output(exchange);
    if (result.bytes > 0) {
      owner_->on_plaintext(*this, std::span(buffers_.plaintext).first(result.bytes));
    }
    switch (result.progress) {
      case tls::Progress::kDone:
        continue;
      case tls::Progress::kWantInput:
        return;
      case tls::Progress::kWantOutput:
        flush();
        continue;
      case tls::Progress::kWantKey:  // only a handshake asks for one
        std::unreachable();
      case tls::Progress::kClosed:
        over_ = peer_has_left_ = true;
        return owner_->on_end(*this, TransportEnd::kFinished);
      case tls::Progress::kFailed:
        over_ = true;
        return owner_->on_end(*this, TransportEnd::kTlsFailed);
    }
  }
}

void Transport::on_end(net::Stream&, net::StreamEnd end) {
  const bool known = std::exchange(peer_has_left_, true);
  if (std::exchange(over_, true) && known && end == net::StreamEnd::kFinished) return;
  if (end == net::StreamEnd::kReset) return owner_->on_end(*this, TransportEnd::kReset);
  owner_->on_end(*this, engine_ ? TransportEnd::kTruncated : TransportEnd::kFinished);
}

void Transport::send(std::string_view bytes) {
  if (!engine_) return send_now(bytes);
  while (!bytes.empty()) {
    tls::Exchange exchange = exchange_for({});
    const tls::Result result = engine_->write(exchange, bytes);
    take_output(exchange);
    bytes.remove_prefix(result.bytes);
    if (result.progress == tls::Progress::kWantOutput) flush();
    if (!takes_more(result.progress)) break;
  }
  if (corks_ == 0) flush();
}

void Transport::say_goodbye() {
  if (!engine_) return;
  tls::Exchange exchange = exchange_for({});
  engine_->close(exchange);
  take_output(exchange);
  flush();
}

tls::Exchange Transport::exchange_for(std::span<const char> input) {
  Transport* const other = buffers_.output_owner;
  if (other != nullptr && other != this) other->flush();
  if (buffers_.output.size() - buffers_.output_used < kRecordRoom) flush();
  return {as_bytes(input), std::span(buffers_.output).subspan(buffers_.output_used), 0,
          buffers_.signatory};
}

void Transport::take_output(const tls::Exchange& exchange) noexcept {
  if (exchange.produced == 0) return;
  buffers_.output_used += exchange.produced;
  buffers_.output_owner = this;
}

void Transport::flush() {
  if (buffers_.output_owner != this) return;
  buffers_.output_owner = nullptr;
  const std::size_t size = std::exchange(buffers_.output_used, 0);
  send_now({reinterpret_cast<const char*>(buffers_.output.data()), size});
}

bool Transport::flushed() {
  flush();
  stream_.flush();
  return !stream_.pending();
}

void Transport::send_now(std::string_view bytes) {
  wire_.add_out(bytes.size());
  stream_.send(bytes);
}

}  // namespace postern::transport
