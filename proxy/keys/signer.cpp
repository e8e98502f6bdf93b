// SPDX-License-Identifier: Apache-2.0
#include "proxy/keys/signer.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <deque>
#include <latch>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "proxy/confinement/seclusion.hpp"
#include "proxy/keys/key_ring.hpp"
#include "proxy/keys/packet.hpp"
#include "proxy/keys/signing.hpp"
#include "proxy/net/packet_pair.hpp"
#include "tls/file.hpp"
#include "tls/private_key.hpp"

namespace postern::keys {
namespace {

// A file's text, wiped when it goes.
class FileText {
 public:
  explicit FileText(const net::Descriptor& file) {
    struct stat status{};
    if (::fstat(file.get(), &status) != 0) {
      error_ = errno;
      return;
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > tls::kMaxFileBytes) {
      error_ = EFBIG;
      return;
    }
    text_.resize(size);
    read(file);
  }
  ~FileText() { explicit_bzero(text_.data(), text_.size()); }
  FileText(const FileText&) = delete;
  FileText& operator=(const FileText&) = delete;

  int error() const { return error_; }
  const std::string& text() const { return text_; }

 private:
  // From its beginning, wherever others who have the same descriptor stand.
  void read(const net::Descriptor& file) {
    std::size_t used = 0;
    while (used < text_.size()) {
      const ssize_t count =
          ::pread(file.get(), text_.data() + used, text_.size() - used, static_cast<off_t>(used));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) error_ = errno;
      if (count <= 0) break;
      used += static_cast<std::size_t>(count);
    }
    text_.resize(used);
  }

  std::string text_;
  int error_ = 0;
};

tls::Error unreadable(std::string_view label, int number) {
  return {tls::ErrorKind::kFile,
          static_cast<std::uint32_t>(number),
          "cannot read " + std::string(label) + ": " + std::generic_category().message(number),
          {}};
}

// What is longer is of a file that nobody has.
std::string_view shortened(const std::string& text) {
  return std::string_view(text).substr(0, kMostPart);
}

class SignerProcess {
 public:
  explicit SignerProcess(net::Descriptor control) : control_(std::move(control)) {}

  void serve() {
    for (;;) {
      net::Received received = net::receive_packet(control_, *buffer_, net::Wait::kBlocks);
      if (received.error != 0 || received.packet.empty()) return;
      const auto head = take_head<OrderHead>(received.packet);
      if (!head || !obey(*head, received.packet, std::move(received.descriptor))) return;
    }
  }

 private:
  bool obey(const OrderHead& head, std::string_view text, net::Descriptor file) {
    switch (head.order) {
      case Order::kChannel:
        channels_.push_back(std::move(file));
        return true;
      case Order::kBegin:
        return begin();
      case Order::kTake:
        return take(head.number, std::string(text), file);
      case Order::kDrop:
        ring_.drop(head.number);
        return true;
      case Order::kCertificates:
        return tell_certificates(std::string(text), file);
    }
    return false;
  }

  // Threads cannot be made afterwards, nor finish what the library does when one starts; and no key
  // comes before.
  bool begin() {
    running_ = std::make_unique<std::latch>(static_cast<std::ptrdiff_t>(channels_.size()));
    for (const net::Descriptor& channel : channels_) {
      std::thread([this, &channel] {
        running_->count_down();
        // Nobody would answer there any more: another process begins anew.
        if (answer_questions(channel, ring_) == AskerEnd::kMakesNoSense) _exit(1);
      }).detach();
    }
    running_->wait();
    return reply({Reply::kReady}, shortened(confinement::forbid_system_calls()));
  }

  bool take(std::uint64_t number, const std::string& label, const net::Descriptor& file) {
    const FileText text(file);
    if (text.error() != 0) return refuse(unreadable(label, text.error()));
    auto key = tls::PrivateKey::parse(text.text(), label);
    if (!key) return refuse(key.error());
    if (!reply({Reply::kPart}, (*key)->public_key())) return false;
    ring_.put(number, *std::move(key));
    return reply({Reply::kDone}, shortened(tls::outline_of(text.text())));
  }

  bool tell_certificates(const std::string& label, const net::Descriptor& file) {
    const FileText text(file);
    if (text.error() != 0) return refuse(unreadable(label, text.error()));
    const auto told = tls::certificates_in(text.text(), label);
    if (!told) return refuse(told.error());
    for (const std::string& one : told->certificates) {
      if (one.size() > kMostPart) {
        return refuse({tls::ErrorKind::kCertificate,
                       0,
                       "a certificate is larger than 64 KiB (" + tls::base_name(label) + ")",
                       {}});
      }
      if (!reply({Reply::kPart}, one)) return false;
    }
    return reply({Reply::kDone}, shortened(told->outline));
  }

  bool refuse(const tls::Error& error) {
    return reply({Reply::kRefused, static_cast<std::uint32_t>(error.kind), error.code, 0},
                 shortened(error.text + '\0' + error.fix));
  }

  bool reply(const ReplyHead& head, std::string_view bytes) {
    PacketWriter writer(*buffer_);
    writer.put(head, bytes);
    return net::send_packet(control_, writer.packet(), -1, net::Wait::kBlocks) == 0;
  }

  net::Descriptor control_;
  std::unique_ptr<PacketBuffer> buffer_ = std::make_unique<PacketBuffer>();
  KeyRing ring_;
  std::unique_ptr<std::latch> running_;
  std::deque<net::Descriptor> channels_;  // each used by a thread, to the end of the process
};

}  // namespace

void run_signer(net::Descriptor control) {
  SignerProcess process(std::move(control));
  process.serve();
  // At once: threads are still at work with what is in there.
  _exit(0);
}

}  // namespace postern::keys
