// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/child.hpp"

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <utility>

#include "proxy/net/error_text.hpp"
#include "proxy/net/trampoline.hpp"

namespace postern::net {
namespace {

constexpr int kSignalled = 128;

// What execve(2) takes: pointers, and none at the end. Nothing is written to.
std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

uv_stdio_container_t inherited(int number) noexcept {
  uv_stdio_container_t one{};
  one.flags = UV_INHERIT_FD;
  one.data.fd = number;
  return one;
}

}  // namespace

std::expected<std::unique_ptr<Child>, std::string> Child::start(
    Loop& loop, const Program& program, const std::vector<std::string>& environment,
    const Descriptor& channel, Ended ended) {
  std::unique_ptr<Child> child(new Child(std::move(ended)));
  std::array streams = {inherited(STDIN_FILENO), inherited(STDOUT_FILENO), inherited(STDERR_FILENO),
                        inherited(channel.get())};
  static_assert(streams.size() == kChannel + 1);
  std::vector<char*> arguments = pointers_to(program.arguments);
  std::vector<char*> variables = pointers_to(environment);
  uv_process_options_t options{};
  options.file = program.file.c_str();
  options.args = arguments.data();
  options.env = variables.data();
  options.stdio = streams.data();
  options.stdio_count = streams.size();
  options.exit_cb = Trampoline([](uv_process_t* process, std::int64_t status, int signal) {
    auto* const self = owner_of<Child>(process);
    if (self != nullptr) self->ended_(signal != 0 ? kSignalled + signal : static_cast<int>(status));
  });
  const int error = uv_spawn(loop.raw(), child->process_.get(), &options);
  if (error != 0) return std::unexpected(program.file + ": " + error_text(error));
  child->process_->data = child.get();
  return child;
}

void Child::kill() noexcept { uv_process_kill(process_.get(), SIGKILL); }

std::vector<std::string> environment() {
  std::vector<std::string> variables;
  for (char* const* one = environ; *one != nullptr; ++one) variables.emplace_back(*one);
  return variables;
}

}  // namespace postern::net
