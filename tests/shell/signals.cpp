// SPDX-License-Identifier: Apache-2.0
// The program ignores SIGPIPE from its start (server/process.cpp): a peer that resets is an error
// of a write, and no more. So do the tests that do without the program.
#include <csignal>

namespace postern::shell {
namespace {

[[maybe_unused]] const auto before = std::signal(SIGPIPE, SIG_IGN);

}  // namespace
}  // namespace postern::shell
