// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "proxy/cli/configuration.hpp"
#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/ready_file.hpp"
#include "proxy/cli/terminal_watch.hpp"
#include "proxy/cli/verbs.hpp"
#include "proxy/demo/demo_server.hpp"
#include "proxy/server/process.hpp"
#include "proxy/server/supervisor.hpp"
#include "tls/authority.hpp"

namespace postern::cli {
namespace {

struct DemoOptions {
  std::string ready_file;
  std::uint16_t port_base = 1000;
};

/// A directory that only we can read, gone when the demo ends.
class Workplace {
 public:
  Workplace() {
    std::string path = std::filesystem::temp_directory_path() / "postern-demo-XXXXXX";
    if (mkdtemp(path.data()) != nullptr) path_ = path;
  }
  ~Workplace() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  bool valid() const noexcept { return !path_.empty(); }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }
  bool write(std::string_view name, std::string_view text) const {
    std::ofstream out(file(name), std::ios::binary);
    std::error_code error;
    using std::filesystem::perms;
    std::filesystem::permissions(file(name), perms::owner_read | perms::owner_write, error);
    out << text;
    return out.flush() && !error;
  }

 private:
  std::string path_;
};

std::string configuration(const Workplace& place, const DemoOptions& options,
                          std::uint16_t backend) {
  const int pop3s = options.port_base == 0 ? 0 : options.port_base + 995;
  const int pop3 = options.port_base == 0 ? 0 : options.port_base + 110;
  return fmt::format(R"([server]
names = ["localhost"]
workers = 1
state_dir = ""

[[listener]]
name = "pop3s"
address = ["127.0.0.1:{}"]
tls = "implicit"

[[listener]]
name = "pop3"
address = ["127.0.0.1:{}"]
tls = "stls"

[[tls.certificate]]
cert_file = "{}"
key_file = "{}"

[[backend]]
name = "demo"
address = ["127.0.0.1:{}"]
tls = "none"

[timeouts]
drain = "1s"

[control]
socket = "{}"
)",
                     pop3s, pop3, place.file("cert.pem"), place.file("key.pem"), backend,
                     place.file("control.sock"));
}

bool prepare(const Workplace& place, const DemoOptions& options, std::uint16_t backend) {
  const tls::Authority authority("Postern demo, do not trust");
  const tls::PemPair pair = authority.issue({"localhost", "127.0.0.1"});
  return place.valid() && place.write("ca.pem", authority.root_pem()) &&
         place.write("cert.pem", pair.chain) && place.write("key.pem", pair.key) &&
         place.write("postern.toml", configuration(place, options, backend));
}

void announce(const DemoOptions& options, const std::string& ca_file, int pop3s, int pop3) {
  fmt::print(
      "postern demo is up. It protects a server without TLS; read its first message with\n\n"
      "  curl --cacert {0} --user {1}:{2} pop3s://localhost:{3}/1\n"
      "  curl --cacert {0} --user {1}:{2} --ssl-reqd pop3://localhost:{4}/1\n\n"
      "and see what a client without TLS is told when it names its user:\n\n"
      "  printf 'USER {1}\\r\\nQUIT\\r\\n' | curl -s telnet://localhost:{4}\n\n"
      "Stop it with Ctrl-C. It ends with its terminal, too.\n",
      ca_file, demo::kDemoUser, demo::kDemoPassword, pop3s, pop3);
  std::fflush(stdout);
  const nlohmann::json ready = {{"pop3s_port", pop3s},
                                {"pop3_port", pop3},
                                {"ca_file", ca_file},
                                {"user", demo::kDemoUser},
                                {"password", demo::kDemoPassword},
                                {"pid", getpid()}};
  if (!write_ready_file(options.ready_file, ready)) {
    fmt::print(stderr, "postern: {}: {}\n", options.ready_file,
               std::generic_category().message(errno));
  }
}

// Nobody but us wrote the configuration, so where in it is no matter: a port is taken.
void tell_refusal(const conf::Diagnostics& diagnostics) {
  for (const conf::Diagnostic& one : diagnostics) {
    if (one.severity == conf::Severity::kError) fmt::print(stderr, "postern: {}\n", one.text);
  }
  fmt::print(stderr,
             "postern: `postern demo --port-base 0` takes any two ports that are free, and "
             "`--port-base N` takes N+995 and N+110\n");
}

ExitCode run(const DemoOptions& options) {
  const Workplace place;
  const demo::DemoServer backend;
  if (!prepare(place, options, backend.port())) {
    fmt::print(stderr, "postern: cannot write to a temporary directory\n");
    return ExitCode::kFailure;
  }
  server::prepare_process();
  const std::string file = place.file("postern.toml");
  server::Supervisor supervisor(file, server::HangUp::kStops);
  const auto started = supervisor.start();
  if (!started) {
    tell_refusal(started.error().diagnostics);
    return ExitCode::kFailure;
  }
  const auto& doors = started->listening;
  announce(options, place.file("ca.pem"), doors[0].address.port(), doors[1].address.port());
  const TerminalWatch watch;
  supervisor.run();
  return ExitCode::kOk;
}

}  // namespace

void add_demo(CLI::App& program, int& result) {
  CLI::App* const verb =
      program.add_subcommand("demo", "show how it works, with nothing to set up");
  const auto options = std::make_shared<DemoOptions>();
  verb->add_option("--port-base", options->port_base,
                   "listen on N+995 and N+110 of the loopback; 0 takes any free ports")
      ->type_name("N")
      ->check(CLI::Range(0, 64000))
      ->capture_default_str();
  verb->add_option("--ready-file", options->ready_file,
                   "write ports and the authority's path to this file, as JSON, when up")
      ->type_name("FILE");
  verb->callback([options, &result] { result = to_int(run(*options)); });
}

}  // namespace postern::cli
