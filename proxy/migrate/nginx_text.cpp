// SPDX-License-Identifier: Apache-2.0
#include "proxy/migrate/nginx_text.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "proxy/migrate/text_reading.hpp"

namespace postern::migrate {
namespace {

class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  struct Word {
    std::string text;
    char mark = '\0';  // ';', '{' or '}'; otherwise it is a word
    std::uint32_t line = 0;
  };

  std::uint32_t line() const noexcept { return line_; }

  // Nothing at the end.
  std::optional<Word> next() {
    skip();
    if (at_ >= text_.size()) return std::nullopt;
    Word word{.text = {}, .line = line_};
    const char first = text_[at_];
    if (first == ';' || first == '{' || first == '}') {
      word.mark = first;
      ++at_;
    } else if (first == '"' || first == '\'') {
      ++at_;
      word.text = quoted(first);
    } else {
      word.text = bare();
    }
    return word;
  }

 private:
  void skip() {
    while (at_ < text_.size()) {
      const char one = text_[at_];
      if (one == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (one == ' ' || one == '\t' || one == '\r' || one == '\n') {
        if (one == '\n') ++line_;
        ++at_;
      } else {
        return;
      }
    }
  }

  std::string quoted(char quote) {
    std::string text;
    for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      text += text_[at_];
    }
    if (at_ < text_.size()) ++at_;
    return text;
  }

  std::string bare() {
    std::string text;
    for (; at_ < text_.size(); ++at_) {
      const char one = text_[at_];
      const bool variable = one == '{' && text.ends_with('$');
      if (one == ';' || (one == '{' && !variable) || std::string_view(" \t\r\n").contains(one))
        break;
      if (one == '\\' && at_ + 1 < text_.size()) text += text_[at_++];
      text += text_[at_];
    }
    return text;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
};

class NginxReading final : public TextReading {
 public:
  NginxReading(const std::string& directory, Files& files) noexcept
      : TextReading("nginx", files), directory_(directory) {}

 private:
  std::optional<Refusal> read(std::string_view text, const std::string& file, std::size_t depth,
                              Directives& into) override {
    Words words(text);
    std::vector<Directives*> open{&into};
    Directive now;
    while (const auto word = words.next()) {
      const Origin at{file, word->line};
      if (word->mark == '\0') {
        if (now.name.empty()) now.at = at;
        (now.name.empty() ? now.name : now.values.emplace_back()) = word->text;
        continue;
      }
      if (word->mark == '}') {
        if (open.size() == 1 || !now.name.empty()) return refuse(at, "a } that closes nothing");
        open.pop_back();
        continue;
      }
      if (now.name.empty() && word->mark == ';') continue;
      if (now.name.empty()) return refuse(at, "a block without a name");
      if (!takes_one_more()) return refuse(at, "too many directives");
      now.is_block = word->mark == '{';
      Directive whole = std::exchange(now, {});
      if (whole.name == "include" && !whole.is_block) {
        const std::string pattern = Files::beside(directory_, std::string(whole.value()));
        if (auto refused = include(pattern, whole.at, depth, *open.back())) return refused;
        continue;
      }
      open.back()->push_back(std::move(whole));
      if (!open.back()->back().is_block) continue;
      if (depth + open.size() > kDeepest) return refuse(at, "blocks are nested too deep");
      open.push_back(&open.back()->back().inside);
    }
    const Origin end{file, words.line()};
    if (!now.name.empty()) return refuse(end, "it ends inside a directive");
    if (open.size() > 1) return refuse(end, "it ends inside a block");
    return std::nullopt;
  }

  const std::string& directory_;
};

}  // namespace

std::expected<Directives, Refusal> read_nginx(std::string_view text, const std::string& file,
                                              const std::string& directory, Files& files) {
  return NginxReading(directory, files).whole(text, file);
}

}  // namespace postern::migrate
