// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/client_lines.hpp"

#include <array>
#include <utility>

namespace postern::pop3 {
namespace {

constexpr std::size_t kVerbAndBlank = 5;  // what tells how long a line may be

// How the next line begins, of which some bytes may have come earlier.
class Head {
 public:
  Head(std::string_view partial, std::string_view bytes) noexcept
      : size_(partial.copy(text_.data(), text_.size())) {
    size_ += bytes.copy(text_.data() + size_, text_.size() - size_);
  }
  std::string_view text() const noexcept { return {text_.data(), size_}; }

 private:
  std::array<char, kVerbAndBlank> text_{};
  std::size_t size_;  // after text_, which it fills
};

}  // namespace

// What may never become a line is reported as soon as it is known. Its text is short, and
// forbidden whatever follows, so a constant stands for it.
bool ClientLines::next(std::string_view& bytes, const Conversation& conversation, Line& line) {
  if (std::exchange(more_, false)) habits_.note(policy::Step::kTogether);
  const Head head(lines_.partial(), bytes);
  if (conversation.forbids(head.text())) {
    line = {LineForm::kMalformed, FirstLine::kTlsRecord};
    bytes = {};
    return true;
  }
  if (!lines_.next(bytes, conversation.line_bound(head.text()), line)) return false;
  more_ = !bytes.empty();
  return true;
}

}  // namespace postern::pop3
