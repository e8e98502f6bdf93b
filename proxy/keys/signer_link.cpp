// SPDX-License-Identifier: Apache-2.0
#include "proxy/keys/signer_link.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <utility>

#include "proxy/net/packet_pair.hpp"
#include "tls/file.hpp"

namespace postern::keys {
namespace {

using std::chrono::milliseconds;

// A signer that lives for less is not replaced at once.
constexpr milliseconds kShortLife{1'000};
constexpr milliseconds kFirstDelay{100};
constexpr milliseconds kLongestDelay{5'000};

tls::Error silence() {
  return {
      tls::ErrorKind::kLibrary, 0, "the process that keeps the private keys does not answer", {}};
}

tls::Error unreadable_file(const std::string& path, int number, const std::string& why) {
  return {tls::ErrorKind::kFile,
          static_cast<std::uint32_t>(number),
          "cannot read " + path + ": " + why,
          {}};
}

// What tls::read_file() does, but for the reading.
std::expected<net::Descriptor, tls::Error> open_file(const std::string& path) {
  net::Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  const auto refuse = [&path](int number) {
    return std::unexpected(unreadable_file(path, number, std::generic_category().message(number)));
  };
  struct stat status{};
  if (!file.valid() || ::fstat(file.get(), &status) != 0) return refuse(errno);
  if (S_ISDIR(status.st_mode)) return refuse(EISDIR);
  if (!S_ISREG(status.st_mode)) {
    return std::unexpected(unreadable_file(path, 0, "not a regular file"));
  }
  if (static_cast<std::size_t>(status.st_size) > tls::kMaxFileBytes) {
    return std::unexpected(unreadable_file(path, EFBIG, "larger than 1 MiB"));
  }
  return file;
}

tls::Error error_in(const ReplyHead& head, std::string_view text) {
  const std::size_t end = text.find('\0');
  const auto fix = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return {static_cast<tls::ErrorKind>(head.kind), head.code, std::string(text.substr(0, end)),
          std::string(fix)};
}

}  // namespace

// Keys that nothing refers to any more. Their last user may have been in any thread.
class SignerLink::Returned {
 public:
  explicit Returned(std::unique_ptr<net::Wakeup> wakeup) : wakeup_(std::move(wakeup)) {}

  void add(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    numbers_.push_back(number);
    if (wakeup_) wakeup_->signal();
  }
  std::vector<std::uint64_t> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(numbers_, {});
  }
  void close() {
    const std::lock_guard lock(mutex_);
    wakeup_.reset();
  }

 private:
  std::mutex mutex_;
  std::vector<std::uint64_t> numbers_;
  std::unique_ptr<net::Wakeup> wakeup_;
};

class SignerLink::Handle final : public tls::HeldKey {
 public:
  Handle(std::uint64_t number, std::shared_ptr<Returned> returned)
      : HeldKey(number), returned_(std::move(returned)) {}
  ~Handle() override { returned_->add(number()); }

 private:
  std::shared_ptr<Returned> returned_;
};

SignerLink::SignerLink(net::Loop& loop, const Keeper& keeper, Owner& owner)
    : loop_(loop),
      keeper_(keeper),
      owner_(owner),
      returned_(std::make_shared<Returned>(
          std::make_unique<net::Wakeup>(loop, [this] { drop_returned(); }))),
      retry_(loop, [this] { try_again(); }) {}

SignerLink::~SignerLink() { returned_->close(); }

std::expected<std::vector<net::Descriptor>, std::string> SignerLink::start(std::size_t workers) {
  workers_ = workers;
  return start_signer();
}

// The channels come before the signer is locked down, the keys afterwards.
std::expected<std::vector<net::Descriptor>, std::string> SignerLink::start_signer() {
  readiness_.reset();
  control_.reset();
  auto pair = net::new_pair();
  if (!pair) return std::unexpected("no sockets: " + std::generic_category().message(errno));
  keeper_is_gone_ = !keeper_.start_signer(pair->far);
  if (keeper_is_gone_) return std::unexpected("the process that starts it is gone");
  pair->far.reset();
  control_ = std::move(pair->near);
  std::vector<net::Descriptor> channels;
  if (std::string why = give_channels(channels); !why.empty()) {
    control_.reset();
    return std::unexpected(std::move(why));
  }
  net::Readiness::Owner& owner = *this;
  readiness_ = std::make_unique<net::Readiness>(loop_, control_, owner);
  born_ = loop_.now();
  return channels;
}

// Returns why it is not ready; nothing if it is.
std::string SignerLink::give_channels(std::vector<net::Descriptor>& channels) {
  channels.reserve(workers_);
  for (std::size_t i = 0; i < workers_; ++i) {
    auto pair = net::new_pair();
    if (!pair) return "no sockets: " + std::generic_category().message(errno);
    if (!order({.order = Order::kChannel}, {}, pair->far.get())) return silence().text;
    channels.push_back(std::move(pair->near));
  }
  if (!order({.order = Order::kBegin}, {}, -1)) return silence().text;
  Parts ready = hear();
  if (!ready) return ready.error().text;
  doubt_ = std::move(ready->front());
  return {};
}

// What a file held when its key was taken may have been overwritten since.
std::expected<std::vector<std::string>, std::string> SignerLink::give_keys() {
  std::vector<std::string> missing;
  for (const auto& [number, kept] : keys_) {
    const Parts told = ask({Order::kTake, 0, number}, kept.path, kept.file);
    if (told && told->front() == kept.public_key) continue;
    if (!told && told.error() == silence()) return std::unexpected(silence().text);
    if (told) order({Order::kDrop, 0, number}, {}, -1);
    missing.push_back(told ? kept.path + " holds another key now" : told.error().text);
  }
  return missing;
}

std::expected<tls::ToldCertificates, tls::Error> SignerLink::certificates_in(
    const std::string& file) {
  const auto opened = open_file(file);
  if (!opened) return std::unexpected(opened.error());
  auto told = ask_until_answered({.order = Order::kCertificates}, file, *opened);
  if (!told) return std::unexpected(told.error());
  std::string outline = std::move(told->back());
  told->pop_back();
  return tls::ToldCertificates{*std::move(told), std::move(outline)};
}

std::expected<tls::TakenKey, tls::Error> SignerLink::take(const std::string& file) {
  auto opened = open_file(file);
  if (!opened) return std::unexpected(opened.error());
  const std::uint64_t number = ++last_;
  const auto told = ask_until_answered({Order::kTake, 0, number}, file, *opened);
  if (!told) return std::unexpected(told.error());
  keys_[number] = {*std::move(opened), file, told->front()};
  return tls::TakenKey{told->front(), told->back(), std::make_shared<Handle>(number, returned_)};
}

// Should the signer die just now, the next one is asked.
SignerLink::Parts SignerLink::ask_until_answered(const OrderHead& head, const std::string& path,
                                                 const net::Descriptor& file) {
  auto told = ask(head, path, file);
  if (told || told.error() != silence()) return told;
  lose();
  return control_.valid() ? ask(head, path, file) : told;
}

SignerLink::Parts SignerLink::ask(const OrderHead& head, const std::string& path,
                                  const net::Descriptor& file) {
  if (!control_.valid() || !order(head, path, file.get())) return std::unexpected(silence());
  return hear();
}

bool SignerLink::order(const OrderHead& head, const std::string& text, int descriptor) {
  PacketWriter writer(*buffer_);
  writer.put(head, std::string_view(text).substr(0, kMostPart));
  return net::send_packet(control_, writer.packet(), descriptor, net::Wait::kSeconds) == 0;
}

// All parts of an answer, and what came with its end.
SignerLink::Parts SignerLink::hear() {
  std::vector<std::string> parts;
  for (std::size_t heard = 0; heard <= 2 * tls::kMaxFileBytes;) {
    net::Received received = net::receive_packet(control_, *buffer_, net::Wait::kSeconds);
    const auto head = take_head<ReplyHead>(received.packet);
    if (received.error != 0 || !head) return std::unexpected(silence());
    heard += sizeof *head + received.packet.size();
    switch (head->reply) {
      case Reply::kRefused:
        return std::unexpected(error_in(*head, received.packet));
      case Reply::kPart:
        parts.emplace_back(received.packet);
        continue;
      case Reply::kReady:
      case Reply::kDone:
        parts.emplace_back(received.packet);
        return parts;
    }
  }
  return std::unexpected(silence());
}

void SignerLink::drop_returned() {
  for (const std::uint64_t number : returned_->take()) {
    keys_.erase(number);
    if (control_.valid()) order({Order::kDrop, 0, number}, {}, -1);
  }
}

// It says nothing unasked, so this is its end.
void SignerLink::on_readable() { lose(); }

void SignerLink::lose() {
  readiness_.reset();
  control_.reset();
  owner_.on_signer_lost();
  const bool lived = loop_.now() - born_ >= kShortLife;
  delay_ = lived ? milliseconds(0) : std::clamp(delay_ * 2, kFirstDelay, kLongestDelay);
  if (!lived) return retry_.start(delay_);
  try_again();
}

void SignerLink::try_again() {
  auto channels = start_signer();
  if (keeper_is_gone_) return owner_.on_signer_gone();
  if (!channels) return try_later(channels.error());
  const auto missing = give_keys();
  if (!missing) return try_later(missing.error());
  owner_.on_signer_back(*std::move(channels), *missing);
}

void SignerLink::try_later(const std::string& why) {
  readiness_.reset();
  control_.reset();
  delay_ = std::clamp(delay_ * 2, kFirstDelay, kLongestDelay);
  retry_.start(delay_);
  owner_.on_signer_failed(why);
}

}  // namespace postern::keys
