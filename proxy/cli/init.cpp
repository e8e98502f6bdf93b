// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "conf/diagnostic.hpp"
#include "conf/endpoint.hpp"
#include "policy/host_name.hpp"
#include "proxy/cli/configuration.hpp"
#include "proxy/cli/exit_code.hpp"
#include "proxy/cli/verbs.hpp"
#include "proxy/server/inspection.hpp"
#include "proxy/setup/certificate_search.hpp"
#include "proxy/setup/first_configuration.hpp"
#include "proxy/setup/server_search.hpp"

namespace postern::cli {
namespace {

constexpr std::size_t kLongestAnswer = 1024;
constexpr int kMostTries = 5;

enum class Asking { kPerson, kNobody };
enum class Existing { kKept, kReplaced };

struct InitOptions {
  std::string output = "/etc/postern/postern.toml";
  std::string name;
  std::string server;
  std::string certificate;
  std::string key;
  std::vector<std::string> directories = setup::usual_directories();
  Asking asking = Asking::kPerson;
  Existing existing = Existing::kKept;
};

int give_up(ExitCode code, const std::string& why) {
  fmt::print(stderr, "postern: {}\n", why);
  return to_int(code);
}

// A line of standard input; nothing at its end.
std::optional<std::string> typed_line() {
  std::string line;
  char next = '\0';
  while (line.size() < kLongestAnswer) {
    const ssize_t size = ::read(STDIN_FILENO, &next, 1);
    if (size < 0 && errno == EINTR) continue;
    if (size != 1) return std::nullopt;
    if (next == '\n') return line;
    if (next != '\r') line += next;
  }
  return std::nullopt;
}

// What is wrong with an answer; empty: nothing.
using Objection = std::function<std::string(const std::string&)>;

// An answer without an objection, or nothing when nobody gives one.
std::optional<std::string> ask(const std::string& question, const std::string& guess,
                               const Objection& objection) {
  for (int i = 0; i < kMostTries; ++i) {
    fmt::print("{}{} ", question, guess.empty() ? ":" : fmt::format(" [{}]:", guess));
    std::fflush(stdout);
    auto line = typed_line();
    if (!line) return std::nullopt;
    std::string answer = line->empty() ? guess : *std::move(line);
    const std::string what = objection(answer);
    if (what.empty()) return answer;
    fmt::print("  {}\n", what);
  }
  return std::nullopt;
}

std::string against_name(const std::string& name) {
  return policy::is_host_name(name) ? "" : "A name of a host, please, such as pop.example.com.";
}

std::string with_port(const std::string& server) {
  return conf::endpoint_from(server) ? server : server + ":110";
}

std::string against_server(const std::string& server) {
  const auto endpoint = conf::endpoint_from(with_port(server));
  return endpoint && !server.empty() ? "" : "A host and a port, please, such as 10.0.0.12:110.";
}

std::string against_certificate(const std::string& file) {
  return file.starts_with('/') ? "" : "The whole path of a PEM file, please.";
}

class Setup {
 public:
  explicit Setup(InitOptions options) : options_(std::move(options)) {}

  int run() {
    if (options_.existing == Existing::kKept && ::access(options_.output.c_str(), F_OK) == 0) {
      return give_up(ExitCode::kFailure,
                     fmt::format("{} is there already; --force writes it anew", options_.output));
    }
    const bool complete =
        !options_.name.empty() && !options_.server.empty() && !options_.certificate.empty();
    if (options_.asking == Asking::kPerson && !complete && ::isatty(STDIN_FILENO) == 0) {
      return give_up(
          ExitCode::kUsage,
          "no terminal to ask at: give --name, --backend and --certificate, or --yes for "
          "what is guessed");
    }
    if (const auto fault = choose()) return give_up(ExitCode::kFailure, *fault);
    if (const auto fault = write()) return give_up(ExitCode::kFailure, *fault);
    return check();
  }

 private:
  // Why there is no choice.
  std::optional<std::string> choose() {
    const auto found = setup::certificates_in(options_.directories);
    auto name = settle(options_.name, "1/3 The name that users type for their mail server",
                       setup::likely_name(found), against_name);
    if (!name) return name.error();
    choice_.name = policy::canonical_host_name(*name);
    if (auto fault = choose_server()) return fault;
    tls::CertificateFiles files = setup::files_for(choice_.name, found);
    if (files.cert_file.empty()) {
      files.cert_file = fmt::format("/etc/postern/tls/{}.fullchain.pem", choice_.name);
    }
    auto certificate = settle(options_.certificate, "3/3 The certificate with its chain, in PEM",
                              files.cert_file, against_certificate);
    if (!certificate) return certificate.error();
    const bool guessed = *certificate == files.cert_file && !files.key_file.empty();
    choice_.certificate = {.cert_file = *certificate,
                           .key_file = guessed ? files.key_file : setup::key_beside(*certificate)};
    if (!options_.key.empty()) choice_.certificate.key_file = options_.key;
    return std::nullopt;
  }

  std::optional<std::string> choose_server() {
    std::string guess;
    if (options_.server.empty()) {
      for (const setup::FoundServer& one : setup::ask_servers(setup::usual_addresses())) {
        if (guess.empty() && !one.greeting.empty()) guess = one.address;
      }
    }
    auto server =
        settle(options_.server, "2/3 Where the POP3 server behind it is", guess, against_server);
    if (!server) return server.error();
    choice_.server = setup::ask_servers({with_port(*server)}).front();
    tell_server();
    return std::nullopt;
  }

  void tell_server() const {
    const setup::FoundServer& one = choice_.server;
    if (one.greeting.empty()) {
      fmt::print("    {} does not answer as a POP3 server does: {}; it is written all the same\n",
                 one.address, one.doubt);
      return;
    }
    fmt::print("    {} says \"{}\"\n", one.address, one.greeting);
    if (!one.doubt.empty()) {
      fmt::print("    {}; `postern doctor` tells what mends that\n", one.doubt);
    }
  }

  // What an option says, or a person, or the guess.
  std::expected<std::string, std::string> settle(const std::string& given,
                                                 const std::string& question,
                                                 const std::string& guess,
                                                 const Objection& objection) const {
    if (!given.empty()) {
      const std::string what = objection(given);
      if (!what.empty()) return std::unexpected(fmt::format("{}: {}", given, what));
      return given;
    }
    if (options_.asking == Asking::kNobody) {
      if (!objection(guess).empty()) {
        return std::unexpected(fmt::format("nothing to guess from; say it by an option: {}",
                                           question.substr(question.find(' ') + 1)));
      }
      return guess;
    }
    auto answer = ask(question, guess, objection);
    if (!answer) return std::unexpected("no answer; nothing was written");
    return *std::move(answer);
  }

  // Why it could not be written. Nobody ever sees half a file.
  std::optional<std::string> write() const {
    const std::string text = setup::first_configuration(choice_);
    const std::string fresh = fmt::format("{}.{}.new", options_.output, ::getpid());
    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (file < 0) return failed(fresh);
    const bool whole = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    const bool closed = ::close(file) == 0;
    const bool kept = options_.existing == Existing::kKept;
    const bool placed = whole && closed &&
                        (kept ? ::link(fresh.c_str(), options_.output.c_str())
                              : ::rename(fresh.c_str(), options_.output.c_str())) == 0;
    auto fault = placed ? std::nullopt : failed(options_.output);
    if (kept || !placed) ::unlink(fresh.c_str());
    return fault;
  }

  static std::optional<std::string> failed(const std::string& path) {
    return fmt::format("{} cannot be written: {}", path, std::generic_category().message(errno));
  }

  int check() const {
    const std::string& path = options_.output;
    fmt::print("\n{} is written.\n", path);
    std::fflush(stdout);
    const auto document = read_configuration(path);
    if (!document) return to_int(ExitCode::kConfiguration);
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto diagnostics = server::inspect(*document, now).diagnostics;
    print_diagnostics(diagnostics, path);
    const bool usual = path == InitOptions().output;
    const std::string option = usual ? "" : fmt::format(" -c {}", path);
    if (conf::has_errors(diagnostics)) {
      fmt::print("Next, when that is mended: postern check{}\n", option);
      return to_int(ExitCode::kConfiguration);
    }
    fmt::print("Next: {}\n",
               usual ? "systemctl enable --now postern" : fmt::format("postern run{}", option));
    return to_int(ExitCode::kOk);
  }

  InitOptions options_;
  setup::Choice choice_;
};

}  // namespace

void add_init(CLI::App& program, int& result) {
  CLI::App* const verb = program.add_subcommand(
      "init", "three questions, and a first configuration is written and checked");
  const auto options = std::make_shared<InitOptions>();
  verb->add_option("-o,--output", options->output, "where it is written")
      ->type_name("FILE")
      ->capture_default_str();
  verb->add_option("--name", options->name, "the name that users type")->type_name("NAME");
  verb->add_option("--backend", options->server, "the POP3 server behind")->type_name("HOST:PORT");
  verb->add_option("--certificate", options->certificate, "the certificate with its chain, in PEM")
      ->type_name("FILE");
  verb->add_option("--key", options->key, "its key (default: what is beside it)")
      ->type_name("FILE");
  verb->add_option("--look-in", options->directories, "where certificates are looked for")
      ->type_name("DIRECTORY");
  verb->add_flag_callback(
      "--yes", [options] { options->asking = Asking::kNobody; }, "take the guesses");
  verb->add_flag_callback(
      "--force", [options] { options->existing = Existing::kReplaced; },
      "write over what is there");
  verb->callback([options, &result] {
    std::signal(SIGPIPE, SIG_IGN);  // a server that leaves is an answer
    result = Setup(*options).run();
  });
}

}  // namespace postern::cli
