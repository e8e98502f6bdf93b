// SPDX-License-Identifier: Apache-2.0
// What an engine that machines share might answer: however the bytes come in portions, the same
// replies are read, within the bounds, and whatever they are, a ban comes of those alone that were
// sealed with our key.
#include <optional>
#include <string>
#include <vector>

#include "proxy/cluster/engine_introduction.hpp"
#include "proxy/cluster/reply_reader.hpp"
#include "proxy/cluster/shared_ban.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/promise.hpp"

namespace {

using postern::fuzz::Input;
using postern::fuzz::promise;
using namespace postern::cluster;  // NOLINT(google-build-using-namespace): a fuzz target

struct Read {
  std::vector<Reply> replies;
  bool broken = false;
};

std::size_t values_in(const Reply& reply) {
  std::size_t count = 1;
  for (const Reply& one : reply.list) count += values_in(one);
  return count;
}

void take(ReplyReader& reader, std::string_view bytes, Read& read) {
  reader.feed(bytes);
  while (auto reply = reader.next()) {
    promise(values_in(*reply) <= ReplyReader::kMostValues + 1, "a reply is bounded");
    read.replies.push_back(*std::move(reply));
  }
  read.broken = reader.is_broken();
}

Read read_whole(std::string_view bytes) {
  ReplyReader reader;
  Read read;
  take(reader, bytes, read);
  return read;
}

Read read_in_portions(std::string_view bytes, std::size_t portion) {
  ReplyReader reader;
  Read read;
  for (std::size_t i = 0; i < bytes.size(); i += portion)
    take(reader, bytes.substr(i, portion), read);
  return read;
}

void introduce(const std::vector<Reply>& replies) {
  const EngineSettings settings;
  EngineIntroduction introduction(settings);
  introduction.take_words();
  for (const Reply& reply : replies) {
    const auto state = introduction.hear(reply);
    introduction.take_words();
    if (state == EngineIntroduction::State::kElsewhere) {
      promise(!introduction.master().host.empty() && introduction.master().port != 0,
              "a master is somewhere");
    }
    if (state == EngineIntroduction::State::kRefused) {
      promise(!introduction.why().empty() && !introduction.why().contains('\n'), "why is one line");
    }
    if (state != EngineIntroduction::State::kAsking) return;
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const std::size_t portion = 1 + input.below(7);
  const std::string bytes(input.rest());
  const Read whole = read_whole(bytes);
  const Read parts = read_in_portions(bytes, portion);
  promise(whole.replies == parts.replies, "portions do not matter");
  promise(bytes.empty() || whole.broken == parts.broken, "nor do they for what is no reply");
  introduce(whole.replies);
  static const ClusterKeys kKeys{postern::tls::HashSecret()};
  promise(!ban_news_from(bytes, kKeys, {}) || bytes.starts_with('-'), "nobody forges a ban");
  return 0;
}
