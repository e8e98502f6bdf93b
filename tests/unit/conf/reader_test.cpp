// SPDX-License-Identifier: Apache-2.0
#include "conf/reader.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/unit/conf/least.hpp"

namespace postern::conf {
namespace {

using namespace std::chrono_literals;

Document good(std::string_view text) {
  return read_good(std::string(text) + "\n" + std::string(kLeast));
}

// A file that lives as long as this.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view contents) {
    std::string pattern = (std::filesystem::temp_directory_path() / "postern-XXXXXX").string();
    const int number = mkstemp(pattern.data());
    REQUIRE(number >= 0);
    ::close(number);
    path_ = pattern;
    std::ofstream(path_, std::ios::binary) << contents;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Diagnostic only_fault_of(const std::string& path) {
  const auto document = read_file(path);
  REQUIRE_FALSE(document.has_value());
  REQUIRE(document.error().size() == 1);
  return document.error().front();
}

policy::Network network(std::string_view text) { return policy::Network::parse(text).value(); }

}  // namespace

TEST_CASE("a small file leaves everything else at its default") {
  const Settings settings = good("").settings;
  Settings expected;
  expected.live.listeners = {
      {.name = "pop3s", .address = {{"127.0.0.1", 995}}, .login = {}, .mark = {}}};
  expected.live.tls.certificates = {{.cert_file = "cert.pem", .key_file = "key.pem"}};
  expected.live.certificate_marks = {Place{}};
  expected.live.backends = {{.name = "mail", .address = {{"127.0.0.1", 110}}, .mark = {}}};
  CHECK(settings == expected);
}

TEST_CASE("defaults are those of the documentation") {
  const Settings settings;
  CHECK(settings.startup.workers == 0);
  CHECK(settings.startup.state_dir == "/var/lib/postern");
  CHECK(settings.startup.isolate_keys);
  CHECK(settings.startup.sandbox == SandboxMode::kAuto);
  CHECK(settings.live.policy.login == policy::Level::kTlsRequired);
  CHECK(settings.live.policy.mechanisms.size() == 3);
  CHECK(settings.live.policy.commands == policy::kStandardCommands);
  CHECK_FALSE(settings.live.policy.capabilities);
  CHECK(settings.live.tls.min_version == tls::Version::kTls12);
  CHECK(settings.live.tls.max_version == tls::Version::kTls13);
  CHECK(settings.live.tls.profile == tls::Profile::kIntermediate);
  CHECK(settings.live.tls.alpn == tls::Alpn::kStrict);
  CHECK(settings.live.tls.sni_unknown == tls::UnknownName::kDefault);
  CHECK(settings.live.tls.tickets);
  CHECK(settings.live.limits == Limits{.max_connections = 0,
                                       .max_connections_per_ip = 64,
                                       .max_connections_per_user = 16,
                                       .max_handshakes_per_ip = {.count = 20, .per = 1s},
                                       .max_command_bytes = 512,
                                       .max_auth_bytes = 65536,
                                       .max_bad_commands = 5,
                                       .max_login_attempts = 5});
  CHECK(settings.live.timeouts == Timeouts{.handshake = 10s,
                                           .login = 60s,
                                           .idle = 10min,
                                           .stall = 60s,
                                           .connect = 10s,
                                           .backend_login = 30s,
                                           .backend_reply = 3min,
                                           .queue = 5s,
                                           .drain = 5min});
  CHECK(settings.live.log.target == "stderr");
  CHECK(settings.live.log.format == LogFormat::kLogfmt);
  CHECK(settings.live.log.level == LogLevel::kInfo);
  CHECK(settings.live.log.user == LogUser::kPlain);
  CHECK(settings.live.log.quiet_networks.empty());
}

TEST_CASE("every key of the policy reaches its setting") {
  const auto document = read_file(POSTERN_SOURCE_DIR "/tests/conf/valid/every_key.toml");
  REQUIRE(document.has_value());
  const Live& live = document->settings.live;
  const policy::Moment march(std::chrono::sys_days(std::chrono::year(2027) / 3 / 31));
  CHECK(live.policy ==
        Policy{.login = policy::Level::kTlsRequired,
               .rollout = {.mode = policy::Mode::kReportOnly,
                           .report_only_until = march + 6h,
                           .enforce_from = march + 6h},
               .enforce_percent = 10,
               .enforce_hours = "22:30-06:00",
               .mechanisms = {policy::Mechanism::kPlain},
               .commands = {policy::Command::kStat, policy::Command::kRetr, policy::Command::kLang},
               .capabilities =
                   policy::CapabilitySet{policy::Capability::kTop, policy::Capability::kLoginDelay},
               .help_text = "Ask the help desk.",
               .help_url = "https://help.example.com/mail",
               .refusal_code = "none",
               .on_plaintext = policy::OnPlaintext::kDisconnect,
               .exposed = policy::OnExposed::kDeny,
               .before_tls = policy::BeforeTls::kTalkative,
               .exceptions = live.policy.exceptions});
  REQUIRE(live.policy.exceptions.size() == 2);
  CHECK(
      live.policy.exceptions[0] ==
      Exception{.networks = {network("10.0.0.0/8"), network("2001:db8::/32"), network("192.0.2.1")},
                .users = {"scanner", "*@old.example.com"},
                .listeners = {"pop3s"},
                .login = policy::Level::kPlaintextAllowed,
                .min_version = tls::Version::kTls12,
                .rollout = {.mode = policy::Mode::kReportOnly,
                            .report_only_until = march,
                            .enforce_from = march},
                .comment = "the scanners on the second floor",
                .expires = policy::Moment(std::chrono::sys_days(std::chrono::year(2027) / 12 / 31)),
                .mark = {}});
  CHECK(live.policy.exceptions[1] == Exception{.networks = {network("10.0.0.0/8")},
                                               .listeners = {"pop3s"},
                                               .login = policy::Level::kPlaintextAllowed,
                                               .stls = policy::StlsListing::kHidden});
}

using Names = std::vector<std::string>;

TEST_CASE("every key reaches its setting") {
  const auto document = read_file(POSTERN_SOURCE_DIR "/tests/conf/valid/every_key.toml");
  REQUIRE(document.has_value());
  const Settings& settings = document->settings;
  CHECK(settings.startup == Startup{2, "", false, SandboxMode::kOn, "postern"});
  const Live& live = settings.live;
  CHECK(live.server_names == Names{"pop.example.com", "192.0.2.1", "2001:db8::1", "mail"});
  REQUIRE(live.listeners.size() == 2);
  CHECK(live.listeners[1].sni == Names{"lane.example.com", "*.lane.example.com"});
  CHECK(live.listeners[0] == Listener{.name = "pop3s",
                                      .address = {{"0.0.0.0", 995}, {"::", 995}},
                                      .tls = ListenerTls::kImplicit,
                                      .greeting = "Good day",
                                      .proxy_protocol = true,
                                      .proxy_trusted = {*policy::Network::parse("10.0.0.4"),
                                                        *policy::Network::parse("2001:db8::4")},
                                      .login = policy::Level::kTlsForPlaintext,
                                      .min_version = tls::Version::kTls13,
                                      .profile = tls::Profile::kModern,
                                      .mark = {}});
  CHECK(live.tls == tls::Settings{.certificates = {{"rsa.pem", "rsa.key"},
                                                   {"ecdsa.pem", "ecdsa.key", "ecdsa.ocsp"}},
                                  .cert_dir = "names",
                                  .min_version = tls::Version::kTls13,
                                  .max_version = tls::Version::kTls13,
                                  .profile = tls::Profile::kModern,
                                  .old_version = tls::OldVersion::kRefuseLogin,
                                  .alpn = tls::Alpn::kLenient,
                                  .sni_unknown = tls::UnknownName::kReject,
                                  .tickets = false,
                                  .ticket_key_file = "ticket.key",
                                  .reload_interval = milliseconds{5000},
                                  .client_auth = tls::ClientAuth::kRequest,
                                  .client_ca_file = "clients.pem",
                                  .client_user = tls::ClientUser::kUpn});
  CHECK(live.certificate_marks.size() == 2);
  REQUIRE(live.backends.size() == 1);
  CHECK(live.backends[0] ==
        Backend{.name = "exchange",
                .address = {{"10.0.0.12", 110}, {"mail.lan", 110}, {"2001:db8::2", 110}},
                .balance = policy::Balance::kLeastConnections,
                .security = {.tls = BackendTls::kImplicit,
                             .verify = tls::Verify::kCa,
                             .ca_file = "inside.pem",
                             .server_name = "mail.lan",
                             .pin_sha256 = {"vlMSMkvjLMPROGcdE1RBGeiKcp2gJ8eWYHV93Eb6A6A="},
                             .min_version = tls::Version::kTls13,
                             .certificate = {"client.pem", "client.key"}},
                .warm = 2,
                .auth = policy::BackendAuth::kAuto,
                .client_address = policy::ClientAddress::kXclient,
                .error_text = policy::ErrorText::kPass,
                .temporary_errors = {"*being moved*", "come back later"},
                .line_ends = policy::LineEnds::kLf,
                .body = policy::Body::kRepair,
                .health = {.interval = 1min, .limits = {.rise = 1, .fall = 5}},
                .max_connections = 100,
                .source_address = {"192.0.2.5", "2001:db8::5"},
                .mark = {}});
}

TEST_CASE("every key of a route reaches its setting") {
  const auto document = read_file(POSTERN_SOURCE_DIR "/tests/conf/valid/every_key.toml");
  REQUIRE(document.has_value());
  const Live& live = document->settings.live;
  REQUIRE(live.routes.size() == 2);
  CHECK(live.routes[0] == Route{.name = "moved",
                                .users = {"*@old.example.com"},
                                .networks = {network("10.0.0.0/8"), network("2001:db8::/32")},
                                .listeners = {"pop3s"},
                                .map_file = "/etc/postern/users.map",
                                .backend = "",
                                .user_format = "%ln@%ld",
                                .mark = {}});
  CHECK(live.routes[1] == Route{.backend = "exchange"});
}

TEST_CASE("every limit reaches its setting") {
  const auto document = read_file(POSTERN_SOURCE_DIR "/tests/conf/valid/every_key.toml");
  REQUIRE(document.has_value());
  const Live& live = document->settings.live;
  CHECK(live.limits == Limits{.max_connections = 1'000'000,
                              .max_connections_per_ip = 8,
                              .max_connections_per_user = 4,
                              .max_handshakes_per_ip = {.count = 10, .per = 1min},
                              .max_command_bytes = 1024,
                              .max_auth_bytes = 1'048'576,
                              .max_bad_commands = 0,
                              .max_login_attempts = 0,
                              .auth_failures = {.window = 1h,
                                                .per_ip = 100,
                                                .per_user_network = 0,
                                                .ban = 24h,
                                                .delay = 500ms,
                                                .remember = 1min,
                                                .ipv4_prefix = 24,
                                                .ipv6_prefix = 48,
                                                .exempt = {network("10.0.0.0/8")},
                                                .mode = policy::GuardMode::kReportOnly}});
  CHECK(live.timeouts == Timeouts{.handshake = 500ms,
                                  .login = 2min,
                                  .idle = 24h,
                                  .stall = 30s,
                                  .connect = 5s,
                                  .backend_login = 10s,
                                  .backend_reply = 5min,
                                  .queue = 2s,
                                  .drain = 0s});
  CHECK(live.log == Log{.target = "/var/log/postern/postern.log",
                        .format = LogFormat::kJson,
                        .level = LogLevel::kDebug,
                        .user = LogUser::kHash,
                        .quiet_networks = {policy::Network::parse("10.0.0.5/32").value()}});
}

TEST_CASE("a document tells where each value comes from") {
  const Document document = good("[timeouts]\nidle = \"30m\"\n");
  CHECK(mark_of(document, "timeouts.idle") == Mark{.line = 2, .column = 8});
  CHECK(mark_of(document, "timeouts.login") == Mark{});
  CHECK(mark_of(document, "listener[0].name") == Mark{.line = 5, .column = 8});
  CHECK(mark_of(document, "tls.certificate[0].key_file") == Mark{.line = 10, .column = 12});
  CHECK(mark_of(document, "no.such.key") == Mark{});
  CHECK(document.settings.live.listeners[0].mark.line == 4);
  CHECK(document.settings.live.certificate_marks[0].line == 8);
  CHECK(document.settings.live.backends[0].mark.line == 11);
}

TEST_CASE("a later diagnostic shows its line, too") {
  const Document document = good("[log]\nlevel = \"info\"\n");
  const Diagnostic one = about(document, Severity::kWarning, {.line = 2, .column = 9}, "hm");
  CHECK(render(one, document.file) ==
        "postern.toml:2:9: warning: hm\n    level = \"info\"\n            ^\n");
}

TEST_CASE("settings that were only moved compare equal") {
  CHECK(good("").settings == good("\n\n# three lines more\n").settings);
  CHECK_FALSE(good("").settings == good("[log]\nlevel = \"warn\"\n").settings);
}

TEST_CASE("a byte order mark does not shift the caret") {
  const auto document = read_text("\xEF\xBB\xBFx = 1", "f");
  REQUIRE_FALSE(document.has_value());
  const Diagnostic& last = document.error().back();
  CHECK(last.mark == Mark{.line = 1, .column = 1});
  CHECK(last.source_line == "x = 1");
}

TEST_CASE("a file that cannot be read is one diagnostic without a place") {
  const Diagnostic missing = only_fault_of("/nonexistent/postern.toml");
  CHECK(missing.text == "cannot be read: No such file or directory");
  CHECK(missing.mark == Mark{});
  CHECK(only_fault_of("/").text == "cannot be read: Is a directory");
}

TEST_CASE("a FIFO in the place of the file is refused, and not waited for") {
  const TemporaryFile file("");
  REQUIRE(std::filesystem::remove(file.path()));
  REQUIRE(::mkfifo(file.path().c_str(), 0600) == 0);
  CHECK(only_fault_of(file.path()).text == "cannot be read: not a regular file");
}

TEST_CASE("a file larger than 1 MiB is refused, one of 1 MiB is not") {
  // Comments of full lines, and the least configuration before them.
  std::string text(kLeast);
  while (text.size() + 80 <= kMaxFile) text += "#" + std::string(78, ' ') + "\n";
  text += std::string(kMaxFile - text.size(), '\n');
  const TemporaryFile right(text);
  CHECK(read_file(right.path()).has_value());
  const TemporaryFile large(text + "\n");
  CHECK(only_fault_of(large.path()).text == "is larger than 1048576 bytes");
}

TEST_CASE("half a megabyte of dots does not overflow the stack") {
  std::string text = "a";
  while (text.size() < kMaxFile / 2) text += ".a";
  const auto document = read_text(text + " = 1\n", "f");
  REQUIRE_FALSE(document.has_value());
  CHECK(document.error().front().text == "the line is longer than 4096 bytes");
}

TEST_CASE("a file of nothing but faults is read in bearable time") {
  std::string text;
  while (text.size() < kMaxFile / 64) text += "k" + std::to_string(text.size()) + " = 1\n";
  const auto document = read_text(text, "f");
  REQUIRE_FALSE(document.has_value());
  CHECK(document.error().size() > 1000);
}

}  // namespace postern::conf
