// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/status_desk.hpp"

#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "proxy/admin/page_template.hpp"
#include "proxy/admin/pages.hpp"

namespace postern::server {
namespace {

using nlohmann::json;

// Nothing from elsewhere, nothing that is not a file of ours, and in nobody's frame.
constexpr std::string_view kStatusPolicy =
    "Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";

constexpr std::string_view kTooEarly = "starting\n";

admin::HttpAnswer status_file(std::string_view type, std::string_view text) {
  return {.type = type, .body = std::string(text), .more_head = kStatusPolicy};
}

std::string name_of_host() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

json model_of(const admin::Metrics& metrics, const StatusFacts& facts) {
  const auto then = std::chrono::steady_clock::now() - MetricsDesk::kSilence;
  return status_model(facts, metrics.sums(), metrics.facts()->gauges, metrics.silent_since(then));
}

}  // namespace

std::shared_ptr<const StatusFacts> StatusDesk::Board::latest() {
  const std::lock_guard lock(mutex);
  return facts;
}

void StatusDesk::Board::publish(std::shared_ptr<const StatusFacts> next) {
  const std::lock_guard lock(mutex);
  facts.swap(next);
}

StatusDesk::StatusDesk(MetricsDesk& metrics) : metrics_(metrics), host_(name_of_host()) {
  const admin::Metrics& counted = metrics.metrics();
  const auto with_model = [board = board_, &counted](auto write) {
    return [board, &counted, write]() -> admin::HttpAnswer {
      const auto facts = board->latest();
      if (facts == nullptr) return {.status = 503, .body = std::string(kTooEarly)};
      return write(model_of(counted, *facts));
    };
  };
  metrics.add_page("/", with_model([](const json& model) {
                     return status_file("text/html; charset=utf-8",
                                        admin::filled(admin::status_html(), model));
                   }));
  metrics.add_page("/status.json", with_model([](const json& model) {
                     return status_file(
                         "application/json",
                         model.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
                   }));
  metrics.add_page("/status.css",
                   [] { return status_file("text/css; charset=utf-8", admin::status_css()); });
  metrics.add_page("/status.js", [] {
    return status_file("text/javascript; charset=utf-8", admin::status_js());
  });
  metrics.after_each_look([this] { look(); });
}

void StatusDesk::watch(const Lookout& lookout) {
  lookout_ = &lookout;
  look();
}

void StatusDesk::look() {
  if (lookout_ == nullptr) return;
  StatusFacts facts{.overview = lookout_->look(), .days = {}, .host = host_};
  roll_out_.note(facts.overview.now, logins_in(metrics_.metrics().counted()));
  facts.days = roll_out_.days();
  board_->publish(std::make_shared<const StatusFacts>(std::move(facts)));
}

}  // namespace postern::server
