// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/shell/manager.hpp"
#include "tests/shell/place.hpp"

namespace postern::server {
namespace {

bool is_dev_null(int descriptor) {
  struct stat here{};
  struct stat null{};
  return ::fstat(descriptor, &here) == 0 && ::stat("/dev/null", &null) == 0 &&
         here.st_rdev == null.st_rdev && S_ISCHR(here.st_mode);
}

rlimit limit_of(int resource) {
  rlimit limit{};
  REQUIRE(getrlimit(static_cast<__rlimit_resource>(resource), &limit) == 0);
  return limit;
}

// A standard stream that is closed until the end.
class Closed {
 public:
  explicit Closed(int stream)
      : stream_(stream), kept_(::fcntl(stream, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)) {
    ::close(stream);
  }
  ~Closed() { ::dup2(kept_.get(), stream_); }
  Closed(const Closed&) = delete;
  Closed& operator=(const Closed&) = delete;

 private:
  int stream_;
  net::Descriptor kept_;
};

TEST_CASE("a standard stream that is closed becomes /dev/null, and no other is touched") {
  const bool several = GENERATE(false, true);
  const bool was_null = is_dev_null(STDOUT_FILENO);
  bool input = false;
  bool errors = false;
  {
    const Closed in(STDIN_FILENO);
    if (several) {
      const Closed err(STDERR_FILENO);
      hold_standard_streams();
      errors = is_dev_null(STDERR_FILENO);
    } else {
      hold_standard_streams();
    }
    input = is_dev_null(STDIN_FILENO);
  }
  CHECK(input);
  CHECK(errors == several);
  CHECK(is_dev_null(STDOUT_FILENO) == was_null);
}

TEST_CASE("streams that are open stay, and nothing is left open") {
  const int before = ::dup(STDERR_FILENO);
  ::close(before);
  hold_standard_streams();
  const int after = ::dup(STDERR_FILENO);
  ::close(after);
  CHECK(before == after);
}

TEST_CASE("a process that serves dumps no core, survives a broken pipe and has its descriptors") {
  const int dumpable = prctl(PR_GET_DUMPABLE);
  const rlimit files = limit_of(RLIMIT_NOFILE);
  const rlimit little{files.rlim_cur / 2, files.rlim_max};
  REQUIRE(setrlimit(RLIMIT_NOFILE, &little) == 0);
  const auto handler = std::signal(SIGPIPE, SIG_DFL);
  prepare_process();
  CHECK(prctl(PR_GET_DUMPABLE) == 0);
  CHECK(limit_of(RLIMIT_CORE).rlim_cur == 0);
  CHECK(limit_of(RLIMIT_NOFILE).rlim_cur == files.rlim_max);
  CHECK(std::signal(SIGPIPE, handler) == SIG_IGN);
  setrlimit(RLIMIT_NOFILE, &files);
  prctl(PR_SET_DUMPABLE, dumpable);
}

TEST_CASE("the manager is told where it asked to be, at a path or an abstract name") {
  const Place place;
  const bool abstract = GENERATE(false, true);
  const Manager manager(abstract ? "@" + place.file("notify") : place.file("notify"));
  notify_manager("READY=1");
  CHECK(manager.hear() == "READY=1");
  notify_manager("STOPPING=1");
  CHECK(manager.hear() == "STOPPING=1");
}

TEST_CASE("a manager that cannot be told is no trouble") {
  const Place place;
  const Manager manager(place.file("notify"));
  const std::string name = GENERATE(std::string(), std::string("nobody"), std::string(200, 'x'));
  const std::string path = name.empty() ? "" : place.file(name);
  REQUIRE(setenv("NOTIFY_SOCKET", path.c_str(), 1) == 0);
  notify_manager("READY=1");
  REQUIRE(unsetenv("NOTIFY_SOCKET") == 0);
  notify_manager("READY=1");
  CHECK(manager.heard_nothing());
}

}  // namespace
}  // namespace postern::server
