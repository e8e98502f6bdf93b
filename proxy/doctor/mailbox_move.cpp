// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/mailbox_move.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "conf/endpoint.hpp"
#include "conf/reader.hpp"
#include "proxy/doctor/address_roll.hpp"
#include "proxy/doctor/mailbox_comparison.hpp"
#include "proxy/doctor/mailbox_reader.hpp"
#include "proxy/doctor/way.hpp"
#include "proxy/net/error_text.hpp"
#include "proxy/server/inspection.hpp"

namespace postern::doctor {
namespace {

constexpr std::uint16_t kImplicitPort = 995;

// A server that is asked, and how.
struct Server {
  std::string name;
  conf::Backend backend;
  upstream::BackendLink link;
};

std::expected<Server, std::string> named(const conf::Live& live,
                                         const std::vector<upstream::BackendLink>& links,
                                         const std::string& name, const std::string& ca_file) {
  for (std::size_t i = 0; i < live.backends.size() && i < links.size(); ++i) {
    if (live.backends[i].name == name) return Server{name, live.backends[i], links[i]};
  }
  const auto endpoint = conf::endpoint_from(name);
  if (!endpoint) {
    return std::unexpected(
        fmt::format("\"{}\" is neither a backend of the configuration nor HOST:PORT", name));
  }
  Server server{.name = name, .backend = {}, .link = {}};
  server.backend.name = name;
  server.backend.address = {*endpoint};
  if (endpoint->port != kImplicitPort) return server;
  server.link.settings.tls = conf::BackendTls::kImplicit;
  auto context = tls::ClientContext::create({.ca_file = ca_file, .pins = {}}, nullptr);
  if (!context) return std::unexpected(context.error().said());
  server.link.context = *std::move(context);
  return server;
}

// The one that logins would take first.
std::expected<Question, std::string> question_to(const upstream::Dialer::World& world,
                                                 const conf::Live& live, const Server& server) {
  const AddressRoll roll = addresses_of(world, server.backend, server.link);
  if (!roll.candidates.empty()) {
    return question_for(live, server.backend, server.link, roll.candidates.front());
  }
  const std::string why =
      roll.unknown.empty() ? "nothing" : net::error_text(roll.unknown.front().error);
  return std::unexpected("its name has no address: " + why);
}

std::array<Mailbox, 2> look_into(const conf::Live& live, const std::array<Server, 2>& servers,
                                 const pop3::Credential& credential) {
  Surgery surgery;
  const auto world = surgery.world();
  std::array<Mailbox, 2> mailboxes;
  std::array<std::optional<Question>, 2> questions;
  std::array<std::unique_ptr<MailboxReader>, 2> readers;
  std::size_t left = 0;
  for (std::size_t i = 0; i < servers.size(); ++i) {
    mailboxes.at(i).server = servers.at(i).name;
    auto question = question_to(world, live, servers.at(i));
    if (question) {
      questions.at(i) = *std::move(question);
    } else {
      mailboxes.at(i).fault = std::move(question.error());
    }
  }
  for (std::size_t i = 0; i < servers.size(); ++i) {
    if (!questions.at(i)) continue;
    ++left;
    readers.at(i) = std::make_unique<MailboxReader>(
        world, *questions.at(i), credential, servers.at(i).name, [&left, &loop = world.loop] {
          if (--left == 0) loop.stop();
        });
  }
  while (left > 0) world.loop.run();
  for (std::size_t i = 0; i < servers.size(); ++i) {
    if (readers.at(i)) mailboxes.at(i) = readers.at(i)->mailbox();
  }
  return mailboxes;
}

}  // namespace

std::expected<Compared, std::string> compare_servers(const Move& move,
                                                     const pop3::Credential& credential) {
  conf::Live live;
  std::vector<upstream::BackendLink> links;
  // Addresses need no configuration.
  if (!conf::endpoint_from(move.before) || !conf::endpoint_from(move.after)) {
    auto document = conf::read_file(move.config);
    if (!document) return std::unexpected(render(document.error().front(), move.config));
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    links = server::inspect(*document, now).links;
    live = std::move(document->settings.live);
  }
  auto before = named(live, links, move.before, move.ca_file);
  if (!before) return std::unexpected(std::move(before.error()));
  auto after = named(live, links, move.after, move.ca_file);
  if (!after) return std::unexpected(std::move(after.error()));
  const auto mailboxes = look_into(live, {*std::move(before), *std::move(after)}, credential);
  return Compared{.before = mailboxes[0].messages.size(),
                  .after = mailboxes[1].messages.size(),
                  .findings = compare(mailboxes[0], mailboxes[1])};
}

}  // namespace postern::doctor
