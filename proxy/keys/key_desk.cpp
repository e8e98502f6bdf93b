// SPDX-License-Identifier: Apache-2.0
#include "proxy/keys/key_desk.hpp"

#include <string>
#include <utility>
#include <vector>

#include "proxy/net/packet_pair.hpp"
#include "tls/key_holder.hpp"

namespace postern::keys {
namespace {

// More wait here than a signer gets done before handshakes time out.
constexpr std::size_t kMostOpen = 65'536;
// Enough for the signer to be busy while answers are on their way; the others go together.
constexpr std::size_t kMostOnTheirWay = 32;
constexpr unsigned kMostTries = 3;
// An Ed25519 key signs the message itself, which is short unless a server of ours has much to say.
constexpr std::size_t kMostQuestion = 16'384;

std::string_view why(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAnswered:
      break;
    case Outcome::kUnknownKey:
      return "the signer does not have the certificate's key (any more)";
    case Outcome::kImpossible:
      return "the signer could not use the certificate's key";
  }
  return "the signer gave an answer that is none";
}

}  // namespace

class KeyDesk::Question final : public tls::KeyRequest {
 public:
  Question(KeyDesk& desk, std::uint64_t number, const tls::KeyQuestion& question)
      : desk_(desk),
        head_{number, question.key.number(), static_cast<std::uint32_t>(question.bytes.size()),
              question.scheme, static_cast<std::uint16_t>(question.use)},
        bytes_(question.bytes.begin(), question.bytes.end()) {}
  ~Question() override { desk_.forget(*this); }

  const QuestionHead& head() const noexcept { return head_; }
  const std::string& bytes() const noexcept { return bytes_; }
  unsigned tries = 0;

 private:
  KeyDesk& desk_;
  QuestionHead head_;
  std::string bytes_;
};

KeyDesk::KeyDesk(net::Loop& loop) : loop_(loop), turn_end_(loop, [this] { send(); }) {}

KeyDesk::~KeyDesk() = default;

std::unique_ptr<tls::KeyRequest> KeyDesk::ask(const tls::KeyQuestion& question) {
  auto asked = std::make_unique<Question>(*this, ++last_, question);
  if (question.bytes.size() > kMostQuestion) {
    asked->refuse("what is to be signed is too long");
  } else if (open_.size() >= kMostOpen) {
    asked->refuse("too many handshakes wait for the signer");
  } else {
    open_.emplace(last_, asked.get());
    unsent_.push_back(last_);
    turn_end_.ask();
  }
  return asked;
}

void KeyDesk::forget(const Question& question) noexcept { open_.erase(question.head().request); }

void KeyDesk::use(net::Descriptor channel) {
  lose_channel();
  channel_ = std::move(channel);
  net::Readiness::Owner& owner = *this;
  readiness_ = std::make_unique<net::Readiness>(loop_, channel_, owner);
  send();
}

void KeyDesk::send() {
  while (channel_.valid() && on_their_way_ < kMostOnTheirWay && !unsent_.empty()) {
    if (!send_one_packet()) return;
  }
}

// False when the channel takes no more for now: the next answer is an occasion to try again.
bool KeyDesk::send_one_packet() {
  PacketWriter writer(*buffer_);
  std::vector<std::uint64_t> sent;
  sent.reserve(kMostOnTheirWay);
  while (!unsent_.empty() && on_their_way_ + sent.size() < kMostOnTheirWay) {
    const auto found = open_.find(unsent_.front());
    if (found != open_.end()) {
      const Question& question = *found->second;
      if (!writer.has_room<QuestionHead>(question.bytes().size())) break;
      writer.put(question.head(), question.bytes());
      sent.push_back(unsent_.front());
    }
    unsent_.pop_front();
  }
  if (sent.empty()) return true;
  if (net::send_packet(channel_, writer.packet(), -1, net::Wait::kNever) != 0) {
    unsent_.insert(unsent_.begin(), sent.begin(), sent.end());
    return false;
  }
  for (const std::uint64_t number : sent) ++open_.at(number)->tries;
  on_their_way_ += sent.size();
  return true;
}

void KeyDesk::on_readable() {
  while (channel_.valid()) {
    const net::Received received = net::receive_packet(channel_, *buffer_, net::Wait::kNever);
    if (received.error == EAGAIN) break;
    if (received.error != 0 || received.packet.empty()) return lose_channel();
    // Whoever is told may ask again, which uses the buffer.
    take_answers(std::string(received.packet));
  }
  send();
}

void KeyDesk::take_answers(std::string_view packet) {
  while (!packet.empty()) {
    const auto head = take_head<AnswerHead>(packet);
    if (!head || head->size > packet.size()) return lose_channel();
    const std::string_view bytes = packet.substr(0, head->size);
    packet.remove_prefix(head->size);
    on_their_way_ -= on_their_way_ > 0 ? 1 : 0;
    const auto found = open_.find(head->request);
    if (found == open_.end()) continue;
    Question& question = *found->second;
    open_.erase(found);
    if (head->outcome == Outcome::kAnswered) {
      question.answer(std::string(bytes));
    } else {
      question.refuse(std::string(why(head->outcome)));
    }
  }
}

// A question may be what the signer died of.
void KeyDesk::lose_channel() {
  readiness_.reset();
  channel_.reset();
  on_their_way_ = 0;
  std::vector<std::uint64_t> hopeless;
  unsent_.clear();
  for (const auto& [number, question] : open_) {
    if (question->tries < kMostTries) {
      unsent_.push_back(number);
    } else {
      hopeless.push_back(number);
    }
  }
  for (const std::uint64_t number : hopeless) {
    const auto found = open_.find(number);
    if (found == open_.end()) continue;
    Question& question = *found->second;
    open_.erase(found);
    question.refuse("the signer died over it again and again");
  }
}

}  // namespace postern::keys
