// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/login_memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "policy/word.hpp"
#include "proxy/pop3/secret.hpp"
#include "proxy/server/state_image.hpp"

namespace postern::server {
namespace {

const std::string kKeyFile = "key";
const std::string kLoginsFile = "logins";

}  // namespace

LoginMemory::LoginMemory(const std::string& state_dir)
    : path_(state_dir),
      hash_(secret()),
      guard_(policy::GuessLimits(), policy::GuardCapacity(), hash_),
      book_(guard_, hash_) {
  load();
}

// Opens the directory as well: the key in it comes before everything that is made with it.
tls::HashSecret LoginMemory::secret() {
  tls::HashSecret secret = tls::HashSecret::draw();
  if (path_.empty()) return secret;
  auto directory = StateDirectory::open(path_);
  if (!directory) {
    complain(directory.error());
    return secret;
  }
  directory_.emplace(*std::move(directory));
  auto kept = directory_->read(kKeyFile, secret.bytes.size());
  if (kept && *kept && (*kept)->size() == secret.bytes.size()) {
    std::ranges::copy(**kept, secret.bytes.begin());
    pop3::wipe(**kept);
    return secret;
  }
  if (!kept || *kept) leave_behind(kKeyFile, kept ? "is not a key" : kept.error());
  const auto* const bytes = reinterpret_cast<const char*>(secret.bytes.data());
  if (const auto done = directory_->write(kKeyFile, {bytes, secret.bytes.size()}); !done) {
    complain(kKeyFile + " " + done.error());
    directory_.reset();  // what is written with a key that nobody has is of no use
  }
  return secret;
}

void LoginMemory::load() {
  if (!directory_) return;
  const auto image = directory_->read(kLoginsFile, kLongestImage);
  if (!image) return leave_behind(kLoginsFile, image.error());
  if (!*image) return;
  const auto state = from_image(**image, hash_);
  if (!state) return leave_behind(kLoginsFile, "is damaged, or was made with another key");
  book_.restore(state->exposed);
  guard_.restore(state->known);
}

void LoginMemory::save() {
  if (!directory_) return;
  const std::uint64_t exposed = book_.exposed_changes();
  const std::uint64_t known = guard_.known_changes();
  if (exposed == saved_exposed_ && known == saved_known_) return;
  const std::string image = to_image({book_.exposed(), guard_.known()}, hash_);
  const auto done = directory_->write(kLoginsFile, image);
  if (!done) {
    if (!std::exchange(unsaved_, true)) complain(kLoginsFile + " " + done.error());
    return;
  }
  unsaved_ = false;
  saved_exposed_ = exposed;
  saved_known_ = known;
}

std::string LoginMemory::digest_of_user(std::string_view name) const {
  std::string plain(name);
  std::ranges::transform(plain, plain.begin(), policy::lower);
  return fmt::format("{:016x}", tls::short_form(hash_({"log-user", plain})));
}

void LoginMemory::let_go() {
  save();
  directory_.reset();
}

void LoginMemory::take_back() {
  if (path_.empty()) return;
  auto directory = StateDirectory::open(path_);
  if (!directory) return complain(directory.error());
  directory_.emplace(*std::move(directory));
}

std::vector<std::string> LoginMemory::take_complaints() { return std::exchange(complaints_, {}); }

void LoginMemory::leave_behind(const std::string& name, std::string_view why) {
  const auto aside = directory_->put_aside(name);
  std::string what = name + " ";
  what.append(why).append(aside ? "; it is kept as " + *aside : "; it cannot be put aside");
  complain(what + ", and what it held is forgotten");
}

void LoginMemory::complain(std::string_view what) {
  std::string text = path_ + ": ";
  complaints_.push_back(text.append(what));
}

}  // namespace postern::server
