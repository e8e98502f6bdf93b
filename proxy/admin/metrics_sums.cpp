// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/metrics_sums.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>

namespace postern::admin {
namespace {

constexpr std::string_view kBucket = "_bucket";
constexpr std::string_view kSum = "_sum";
constexpr std::string_view kCount = "_count";
constexpr std::string_view kBound = "le";
constexpr std::size_t kMostTaken = 65'536;  // series

using Label = std::pair<std::string, std::string>;

void add_label(std::string& text, std::string_view name, std::string_view value) {
  text.append(text.back() == '{' ? "" : ",").append(name).append("=\"");
  for (const char one : value) {
    if (one == '\\' || one == '"') text += '\\';
    text += one == '\n' ? ' ' : one;
  }
  text += '"';
}

std::string text_of(const MetricTraits& traits, std::string_view suffix,
                    const MetricSums::Labels& labels, std::string_view bound = {}) {
  std::string text = std::string(traits.name).append(suffix).append("{");
  for (std::size_t i = 0; i < labels.size(); ++i) {
    add_label(text, traits.label_names.at(i), labels[i]);
  }
  if (!bound.empty()) add_label(text, kBound, bound);
  if (text.back() == '{') {
    text.pop_back();
  } else {
    text += '}';
  }
  return text;
}

void tell_histogram(const MetricTraits& traits, const MetricSums::Labels& labels,
                    const MetricSum& sum, MetricSums::Told& told) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < sum.buckets.size(); ++i) {
    count += sum.buckets[i];
    const std::string bound = i < traits.bounds.size()
                                  ? fmt::format("{}", traits.bounds[i] / kMillisecondsInSecond)
                                  : "+Inf";
    told[text_of(traits, kBucket, labels, bound)] = static_cast<double>(count);
  }
  told[text_of(traits, kSum, labels)] = static_cast<double>(sum.value) / kMillisecondsInSecond;
  told[text_of(traits, kCount, labels)] = static_cast<double>(count);
}

// One label from the front of "a="b",c="d"}"; empty at the end, and where it is none.
std::optional<Label> next_label(std::string_view& text) {
  const std::size_t name = text.find("=\"");
  if (name == std::string_view::npos) return std::nullopt;
  Label label{std::string(text.substr(0, name)), {}};
  for (std::size_t i = name + 2; i < text.size(); ++i) {
    const bool escaped = text[i] == '\\';
    if (text[i] == '"') {
      text.remove_prefix(std::min(i + 2, text.size()));
      return label;
    }
    if (escaped) ++i;
    if (i == text.size()) break;
    label.second += text[i];
  }
  return std::nullopt;
}

struct Parsed {
  const MetricTraits* traits = nullptr;
  std::string_view suffix;
  MetricSums::Labels labels;
  std::string bound;
};

std::optional<Metric> metric_of(std::string_view name, std::string_view& suffix) {
  for (const std::string_view end : {std::string_view(), kBucket, kSum, kCount}) {
    if (!name.ends_with(end)) continue;
    const auto metric = metric_named(name.substr(0, name.size() - end.size()));
    if (!metric) continue;
    const bool histogram = traits_of(*metric).kind == MetricKind::kHistogram;
    if (histogram == end.empty()) continue;
    suffix = end;
    return metric;
  }
  return std::nullopt;
}

// The labels have to be those of the metric, in their order.
std::optional<Parsed> parse(std::string_view series) {
  const std::size_t brace = std::min(series.find('{'), series.size());
  Parsed parsed;
  const auto metric = metric_of(series.substr(0, brace), parsed.suffix);
  if (!metric || traits_of(*metric).kind == MetricKind::kGauge) return std::nullopt;
  parsed.traits = &traits_of(*metric);
  std::string_view rest = series.substr(std::min(brace + 1, series.size()));
  while (auto label = next_label(rest)) {
    const std::size_t index = parsed.labels.size();
    if (parsed.suffix == kBucket && label->first == kBound) {
      parsed.bound = std::move(label->second);
    } else if (index < parsed.traits->labels() &&
               label->first == parsed.traits->label_names[index]) {
      parsed.labels.push_back(std::move(label->second));
    } else {
      return std::nullopt;
    }
  }
  if (parsed.labels.size() != parsed.traits->labels()) return std::nullopt;
  return parsed;
}

}  // namespace

std::uint64_t MetricSum::observations() const noexcept {
  return std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
}

void MetricSums::add(Metric metric, const Labels& labels, const MetricSum& more) {
  MetricSum& sum = all_[{metric, labels}];
  sum.value += more.value;
  if (sum.buckets.size() < more.buckets.size()) sum.buckets.resize(more.buckets.size());
  for (std::size_t i = 0; i < more.buckets.size(); ++i) sum.buckets[i] += more.buckets[i];
}

void MetricSums::add(const MetricSums& more) {
  for (const auto& [key, sum] : more.all_) add(key.first, key.second, sum);
}

// What the process has used up is nobody else's.
MetricSums::Told MetricSums::told() const {
  Told told;
  for (const auto& [key, sum] : all_) {
    const MetricTraits& traits = traits_of(key.first);
    switch (traits.kind) {
      case MetricKind::kCounter:
        told[text_of(traits, {}, key.second)] = static_cast<double>(sum.value);
        break;
      case MetricKind::kHistogram:
        tell_histogram(traits, key.second, sum, told);
        break;
      case MetricKind::kGauge:
        break;
    }
  }
  return told;
}

// Buckets come cumulated, and in any order.
void MetricSums::take(const Told& told) {
  std::map<Key, std::map<std::string, double, std::less<>>> cumulated;
  std::size_t taken = 0;
  for (const auto& [series, value] : told) {
    const auto parsed = parse(series);
    if (!parsed || !(value >= 0.0) || std::isinf(value) || ++taken > kMostTaken) continue;
    const Key key{parsed->traits->metric, parsed->labels};
    if (parsed->suffix.empty()) {
      all_[key].value += static_cast<std::uint64_t>(value);
    } else if (parsed->suffix == kSum) {
      all_[key].value += static_cast<std::uint64_t>(std::llround(value * kMillisecondsInSecond));
    } else if (parsed->suffix == kBucket) {
      cumulated[key][parsed->bound] = value;
    }
  }
  for (const auto& [key, by_bound] : cumulated) {
    const MetricTraits& traits = traits_of(key.first);
    std::vector<std::uint64_t>& buckets = all_[key].buckets;
    buckets.resize(traits.buckets());
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
      const std::string bound = i < traits.bounds.size()
                                    ? fmt::format("{}", traits.bounds[i] / kMillisecondsInSecond)
                                    : "+Inf";
      const auto found = by_bound.find(bound);
      if (found == by_bound.end()) continue;
      const auto count = std::max(static_cast<std::uint64_t>(found->second), before);
      buckets[i] += count - std::exchange(before, count);
    }
  }
}

}  // namespace postern::admin
