#include "proxy/server/stage.hpp"

#include <chrono>

#include "conf/dates.hpp"
#include "proxy/server/certificates.hpp"
#include "proxy/server/plans.hpp"
#include "proxy/server/surroundings.hpp"

namespace postern::server {
namespace {

using Cause = Refusal::Cause;

std::unexpected<Refusal> refuse(Cause cause, conf::Diagnostics& diagnostics) {
  return std::unexpected(Refusal{cause, std::move(diagnostics)});
}

std::chrono::sys_seconds today() noexcept {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace

std::expected<Staged, Refusal> stage(const std::string& file, const Doors& doors,
                                     const tls::TicketKeys& keys, const upstream::Pool& pool) {
  auto document = conf::read_file(file);
  if (!document) return refuse(Cause::kConfiguration, document.error());
  auto loaded = load_certificates(*document, today());
  if (!loaded) return refuse(Cause::kConfiguration, loaded.error());
  if (auto itself = about_own_addresses(*document); !itself.empty()) {
    return refuse(Cause::kConfiguration, itself);
  }
  auto plans = make_plans(document->settings.live, loaded->certificates, keys, pool);
  if (!plans) return refuse(Cause::kConfiguration, plans.error());
  auto prepared = doors.prepare(*document);
  if (!prepared) return refuse(Cause::kSystem, prepared.error());
  conf::Diagnostics warnings = document->warnings;
  warnings.insert(warnings.end(), loaded->warnings.begin(), loaded->warnings.end());
  const conf::Diagnostics dated = conf::about_dates(*document, today());
  warnings.insert(warnings.end(), dated.begin(), dated.end());
  const conf::Diagnostics open_to_all = about_permissions(*document);
  warnings.insert(warnings.end(), open_to_all.begin(), open_to_all.end());
  auto snapshot = std::make_shared<const session::Snapshot>(*std::move(plans));
  return Staged{*std::move(document), std::move(snapshot), *std::move(prepared),
                std::move(warnings)};
}

}  // namespace postern::server
