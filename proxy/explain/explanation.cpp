// SPDX-License-Identifier: Apache-2.0
#include "proxy/explain/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "conf/lanes.hpp"
#include "conf/listener_routes.hpp"
#include "policy/date.hpp"
#include "proxy/explain/link_words.hpp"
#include "proxy/explain/reach_words.hpp"
#include "proxy/pop3/close_reason.hpp"
#include "proxy/server/plans.hpp"
#include "proxy/session/login_words.hpp"
#include "proxy/session/report_words.hpp"

namespace postern::explain {
namespace {

using policy::Decision;
using policy::Doubt;
using policy::Ground;
using policy::Link;
using pop3::Notice;

// A rule's name says "listener" where the document says which.
conf::Origin origin_of(const conf::Document& document, std::string_view rule,
                       std::size_t listener) {
  constexpr std::string_view kListener = "listener.";
  std::string key(rule);
  if (rule.starts_with(kListener)) {
    key = fmt::format("listener[{}].{}", listener, rule.substr(kListener.size()));
  }
  const auto found = std::ranges::find(document.origins, key, &conf::Origin::key);
  return found != document.origins.end() ? *found : conf::Origin{std::move(key), {}, {}};
}

std::string comment_on(const conf::Live& settings, std::string_view rule) {
  for (std::size_t i = 0; i < settings.policy.exceptions.size(); ++i) {
    if (rule.starts_with(fmt::format("policy.exception[{}].", i))) {
      return settings.policy.exceptions[i].comment;
    }
  }
  return {};
}

// As the log writes it.
std::string tls_word(Link link) {
  if (!is_tls(link)) return "-";
  return link == Link::kTls10 ? "TLSv1" : fmt::format("TLSv{}", policy::name_of(link));
}

std::optional<std::size_t> lane_for(const conf::Live& settings, const Question& question) {
  return question.sni ? conf::listener_for(settings, question.listener, *question.sni)
                      : question.listener;
}

// Builds one explanation.
class Explainer {
 public:
  Explainer(const conf::Document& document, const Question& question, const policy::MapLookup& maps)
      : document_(document),
        settings_(document.settings.live),
        question_(question),
        client_(question.part.client),
        maps_(maps),
        lane_(lane_for(settings_, question)),
        terms_(server::client_terms_for(settings_, at())),
        routes_(conf::routes_of(settings_, at(), document.file)) {
    told_.listener = at();
    for (const conf::Backend& one : settings_.backends) {
      backends_.push_back(server::backend_terms_for(one));
    }
  }

  Explanation run() {
    find_way();
    if (!lane_) {
      fail_handshake("tls_handshake_failed", "listener.sni", "unknown server name");
      return std::move(told_);
    }
    const bool implicit = listener().tls == conf::ListenerTls::kImplicit;
    if (implicit && client_.link == Link::kPlaintext) {
      fail_handshake("tls_handshake_failed", "listener.tls",
                     "words in clear on a port that begins with TLS");
    } else if (is_tls(client_.link) &&
               settings_.tls.old_version == tls::OldVersion::kRefuseHandshake &&
               client_.link < terms_.rules.floor_for(client_.peer, client_.now)) {
      const auto verdict = terms_.judge(client_, client_.mechanism, std::nullopt, Doubt::kAllows);
      fail_handshake(policy::name_of(Ground::kOldTls), verdict.rule, "unsupported protocol");
    } else {
      log_in();
    }
    return std::move(told_);
  }

 private:
  // The listener whose settings hold.
  std::size_t at() const noexcept { return lane_.value_or(question_.listener); }
  const conf::Listener& listener() const { return settings_.listeners[at()]; }

  std::optional<policy::Destination> choose(std::optional<std::string_view> user) const {
    return routes_.choose(client_.peer, user, maps_);
  }

  void find_way() {
    const std::string& named = question_.part.user;
    const auto found = choose(named.empty() ? kAnybody : std::string_view(named));
    if (!found) return;
    told_.way = {.route = std::string(found->route),
                 .backend = settings_.backends[found->backend].name,
                 .user = {},
                 .reach = reach_words(settings_.backends[found->backend])};
    if (!named.empty()) told_.way->user = found->told.empty() ? named : found->told;
  }

  // As a session does it.
  pop3::LoginAdmitted admit(const pop3::Login& login) {
    std::optional<std::string_view> user;
    if (!login.user.empty()) user = login.user;
    destination_ = choose(user);
    turned_away_ = !destination_;
    if (turned_away_) return {pop3::Admission::kNoRoute};
    return {.admission = pop3::Admission::kFree,
            .backend = &backends_[destination_->backend],
            .name = destination_->told};
  }

  Course play(const Part& part) {
    const auto anybodys = choose(std::nullopt);
    const Lead lead{.anybodys = anybodys ? &backends_[anybodys->backend] : nullptr,
                    .admit = [this](const pop3::Login& login) { return admit(login); }};
    return rehearse(terms_, lead, part);
  }

  void refuse_with(const session::LoginWords& words) {
    told_.decision = Decision::kDeny;
    told_.reason = words.reason;
    admin::LogEntry entry = begin_entry(conf::LogLevel::kInfo, words.event, tls_word(client_.link));
    if (told_.course.user != kAnybody) entry.add("user", told_.course.user);
    entry.add("mech", policy::name_of(client_.mechanism)).add("reason", told_.reason);
    told_.log.push_back(entry.finish(words.message));
  }

  void fail_handshake(std::string_view reason, std::string_view rule, std::string_view message) {
    told_.decision = Decision::kDeny;
    told_.reason = reason;
    blame(rule);
    admin::LogEntry entry = begin_entry(conf::LogLevel::kWarn, "tls_failed", "-");
    entry.add_flag("stls", terms_.stls == pop3::Stls::kOffered);
    entry.add("reason", traits_of(pop3::CloseReason::kHandshakeFailed).name);
    told_.log.push_back(entry.finish(message));
  }

  void log_in() {
    told_.course = play(question_.part);
    const bool no_route = turned_away_;
    const auto reached = destination_ ? destination_ : choose(std::nullopt);
    if (!told_.course.backend.empty() && reached) {
      told_.link = link_words(settings_.backends[reached->backend]);
      announce(backends_[reached->backend].client_address);
    }
    std::optional<std::string_view> user;
    if (!told_.course.user.empty()) user = told_.course.user;
    const policy::Verdict verdict = terms_.judge(client_, client_.mechanism, user);
    told_.decision = told_.course.logged_in ? Decision::kAllow : Decision::kDeny;
    std::string_view rule = told_.course.logged_in ? verdict.rule : std::string_view();
    // They refer to terms that end with this.
    for (const pop3::Report& report : std::exchange(told_.course.reports, {})) {
      if (!session::tells_decision(report.notice)) continue;
      rule = report.detail;
      told_.reason = policy::name_of(report.ground);
      if (report.notice == Notice::kPolicyWouldDeny) told_.decision = Decision::kWouldDeny;
      write(report);
    }
    blame(rule, verdict.mode_rule);
    if (no_route) refuse_with(session::kNoRouteWords);
    if (told_.course.unvouched) {
      refuse_with(session::words_for({pop3::Judgement::kUnvouched, {}}, policy::Guess::kNew));
    }
    if (told_.course.command) judge_command(*told_.course.command);
    find_shown();
    note_alternatives();
    find_drawn();
  }

  // Who is only watched now may be refused in other sessions, and at other hours.
  void find_drawn() {
    if (told_.decision != Decision::kWouldDeny) return;
    Drawn drawn;
    const auto add = [&](std::string_view rule, const Part& part) {
      const Course course = play(part);
      if (course.logged_in) return;
      drawn.rules.push_back(origin_of(document_, rule, at()));
      drawn.heard = course.turns.back().heard;
    };
    Part part = question_.part;
    part.client.lot = 0;
    const policy::Brownout& brownout = terms_.rules.brownout();
    if (brownout.percent != 0) add("policy.enforce_percent", part);
    if (brownout.hours) {
      part.client.lot = policy::Facts().lot;
      part.client.now = std::chrono::floor<std::chrono::days>(client_.now) +
                        std::chrono::seconds(brownout.hours->begin());
      add("policy.enforce_hours", part);
    }
    if (!drawn.rules.empty()) told_.drawn = std::move(drawn);
  }

  // By which keys CAPA is not what the login is like.
  void find_shown() {
    const auto tell = [this](std::string_view rule) {
      told_.shown.push_back(origin_of(document_, rule, at()));
    };
    const auto& listed = told_.course.capabilities;
    const auto lists = [&](std::string_view one) {
      return std::ranges::find(listed, one) != listed.end();
    };
    const auto hidden = terms_.rules.hides_stls(client_.peer, client_.now);
    const bool there = terms_.stls == pop3::Stls::kOffered && !is_tls(client_.link);
    if (there && hidden) tell(*hidden);
    const auto user = terms_.judge(client_, policy::Mechanism::kUser, std::nullopt, Doubt::kAllows);
    if (!lists("USER") || user.allowed()) return;
    tell(user.ground == Ground::kOldTls ? "tls.old_version" : "policy.before_tls");
  }

  // What the backend is told before a dialogue could say anything to it.
  void announce(policy::ClientAddress way) {
    std::vector<std::string>& heard = told_.course.backend;
    if (heard.empty() || !policy::is_header(way)) return;
    const bool v1 = way == policy::ClientAddress::kProxyV1;
    heard.insert(heard.begin(),
                 fmt::format("<PROXY header v{} of {}>", v1 ? 1 : 2, client_.peer.text()));
  }

  // What is neither forwarded nor forbidden has another fault, or is answered by us.
  void judge_command(const Turn& command) {
    const bool forbidden = text_of(pop3::Answer::kNotAllowed).starts_with(command.heard);
    if (!told_.course.forwarded.empty() || forbidden) {
      told_.command_rule = origin_of(document_, "policy.commands", question_.listener);
    }
  }

  void note_alternatives() {
    const auto verdict = [&](Doubt doubt) {
      return terms_.judge(client_, client_.mechanism, std::nullopt, doubt);
    };
    if (question_.part.user.empty()) {
      if (!choose(std::nullopt) && !routes_.routes().empty()) {
        told_.note = "some users may go to another backend: name one with --user";
      }
      if (verdict(Doubt::kDenies).decision != verdict(Doubt::kAllows).decision) {
        told_.note = "some users get another decision: name one with --user";
      }
      return;
    }
    if (told_.course.logged_in || !policy::is_sasl(client_.mechanism)) return;
    Part at_once = question_.part;
    at_once.first_message = FirstMessage::kWithAuth;
    if (play(at_once).logged_in) {
      told_.note =
          "a program that sends its response along with AUTH is let through: only then is "
          "it known in time who logs in";
    }
  }

  void blame(std::string_view rule, std::string_view mode_rule = {}) {
    if (rule.empty()) return;
    told_.rule = origin_of(document_, rule, at());
    if (!mode_rule.empty()) told_.mode = origin_of(document_, mode_rule, at());
    told_.comment = comment_on(settings_, rule);
    if (told_.comment.empty()) told_.comment = comment_on(settings_, mode_rule);
  }

  admin::LogEntry begin_entry(conf::LogLevel level, std::string_view event,
                              std::string_view tls) const {
    admin::LogEntry entry(settings_.log.format, policy::exact_text(client_.now), level, event);
    entry.add("rip", client_.peer.text()).add("listener", listener().name).add("tls", tls);
    return entry;
  }

  void write(const pop3::Report& report) {
    const session::ReportWords words = session::words_for(report);
    admin::LogEntry entry = begin_entry(words.level, words.event, tls_word(client_.link));
    if (told_.course.user != kAnybody) entry.add("user", told_.course.user);
    entry.add("mech", policy::name_of(report.mechanism));
    session::add_decision(entry, report);
    told_.log.push_back(entry.finish(words.message));
  }

  const conf::Document& document_;
  const conf::Live& settings_;
  const Question& question_;
  const policy::Facts& client_;
  const policy::MapLookup& maps_;
  std::optional<std::size_t> lane_;  // empty: there is none for the name
  pop3::ClientTerms terms_;
  policy::RouteTable routes_;
  std::vector<pop3::BackendTerms> backends_;        // in the order of the configuration
  std::optional<policy::Destination> destination_;  // of the login that is being played
  bool turned_away_ = false;                        // no route fitted it
  Explanation told_;
};

}  // namespace

Explanation foretell(const conf::Document& document, const Question& question,
                     const policy::MapLookup& maps) {
  return Explainer(document, question, maps).run();
}

}  // namespace postern::explain
