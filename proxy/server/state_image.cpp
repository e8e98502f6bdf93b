// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/state_image.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace postern::server {
namespace {

using policy::TimePoint;
using std::chrono::seconds;
using Exposed = policy::ExposedCredentials;

constexpr std::string_view kMagic = "postern logins 1";
constexpr seconds kLongestAge = std::chrono::hours(24 * 365 * 10);
constexpr seconds kLongestBreak = std::chrono::hours(24);

class Writer {
 public:
  template <class Number>
  void put(Number number) {
    const auto wide = static_cast<std::uint64_t>(number);
    for (std::size_t i = 0; i < sizeof number; ++i) {
      bytes_.push_back(static_cast<char>(wide >> (8 * i) & 0xff));
    }
  }
  void put(std::string_view bytes) { bytes_.append(bytes); }
  std::string take() noexcept { return std::move(bytes_); }
  std::string_view bytes() const noexcept { return bytes_; }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) noexcept : rest_(bytes) {}

  std::string_view take(std::size_t size) noexcept {
    good_ = good_ && size <= rest_.size();
    const std::string_view bytes = good_ ? rest_.substr(0, size) : std::string_view();
    rest_.remove_prefix(bytes.size());
    return bytes;
  }
  template <class Number>
  Number number() noexcept {
    std::uint64_t wide = 0;
    const std::string_view bytes = take(sizeof(Number));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      wide |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
    }
    return static_cast<Number>(wide);
  }
  bool good() const noexcept { return good_; }
  bool at_end() const noexcept { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

std::string_view view_of(const Exposed::Digest& digest) noexcept {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::uint32_t age_of(TimePoint seen, const Clocks& now) noexcept {
  const auto age = std::chrono::floor<seconds>(now.steady - seen);
  return static_cast<std::uint32_t>(std::clamp(age, seconds(0), kLongestAge).count());
}

seconds break_since(std::uint64_t written, const Clocks& now) noexcept {
  const std::uint64_t today = static_cast<std::uint64_t>(now.wall.time_since_epoch().count());
  if (today <= written) return seconds(0);
  return seconds(std::min<std::uint64_t>(today - written, kLongestBreak.count()));
}

Exposed::Digest seal_of(std::string_view bytes, const tls::KeyedHash& hash) {
  return hash({"state", bytes});
}

std::optional<Exposed::Record> next_exposed(Reader& reader, TimePoint then) noexcept {
  Exposed::Record record;
  const std::string_view digest = reader.take(record.digest.size());
  if (!reader.good()) return std::nullopt;
  std::memcpy(record.digest.data(), digest.data(), digest.size());
  record.place = reader.number<std::uint64_t>();
  record.seen = then - seconds(reader.number<std::uint32_t>());
  const auto standing = reader.number<std::uint8_t>();
  record.standing = standing == 0 ? Exposed::Standing::kClaimed : Exposed::Standing::kConfirmed;
  return reader.good() ? std::optional(record) : std::nullopt;
}

std::optional<Guard::KnownPlace> next_known(Reader& reader, TimePoint then) noexcept {
  Guard::KnownPlace known;
  known.part = reader.number<std::uint8_t>();
  known.record.user = reader.number<std::uint64_t>();
  known.record.place = reader.number<std::uint64_t>();
  known.record.seen = then - seconds(reader.number<std::uint32_t>());
  return reader.good() ? std::optional(known) : std::nullopt;
}

}  // namespace

std::string to_image(const LoginState& state, const tls::KeyedHash& hash, const Clocks& now) {
  Writer writer;
  writer.put(kMagic);
  writer.put(static_cast<std::uint64_t>(now.wall.time_since_epoch().count()));
  writer.put(static_cast<std::uint32_t>(state.exposed.size()));
  writer.put(static_cast<std::uint32_t>(state.known.size()));
  for (const Exposed::Record& record : state.exposed) {
    writer.put(view_of(record.digest));
    writer.put(record.place);
    writer.put(age_of(record.seen, now));
    writer.put(static_cast<std::uint8_t>(record.standing));
  }
  for (const Guard::KnownPlace& known : state.known) {
    writer.put(known.part);
    writer.put(known.record.user);
    writer.put(known.record.place);
    writer.put(age_of(known.record.seen, now));
  }
  writer.put(view_of(seal_of(writer.bytes(), hash)));
  return writer.take();
}

std::optional<LoginState> from_image(std::string_view image, const tls::KeyedHash& hash,
                                     const Clocks& now) {
  constexpr std::size_t kSeal = std::tuple_size_v<Exposed::Digest>;
  if (image.size() < kMagic.size() + kSeal) return std::nullopt;
  const std::string_view sealed = image.substr(0, image.size() - kSeal);
  if (view_of(seal_of(sealed, hash)) != image.substr(sealed.size())) return std::nullopt;
  Reader reader(sealed);
  if (reader.take(kMagic.size()) != kMagic) return std::nullopt;
  const TimePoint then = now.steady - break_since(reader.number<std::uint64_t>(), now);
  auto exposed = reader.number<std::uint32_t>();
  auto known = reader.number<std::uint32_t>();
  LoginState state;
  for (; exposed > 0; --exposed) {
    const auto record = next_exposed(reader, then);
    if (!record) return std::nullopt;
    state.exposed.push_back(*record);
  }
  for (; known > 0; --known) {
    const auto record = next_known(reader, then);
    if (!record) return std::nullopt;
    state.known.push_back(*record);
  }
  if (!reader.at_end()) return std::nullopt;
  std::ranges::stable_sort(state.exposed, {}, &Exposed::Record::seen);
  std::ranges::stable_sort(state.known, {},
                           [](const Guard::KnownPlace& place) { return place.record.seen; });
  return state;
}

}  // namespace postern::server
