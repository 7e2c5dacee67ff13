// Each value of each place, through the pure core: it shows, it is refused by its path, it harms nothing, it goes
// again.
#include <gtest/gtest.h>

#include <algorithm>

#include "walk/core.h"
#include "walk/document.h"
#include "walk/samples.h"
#include "walk/walk.h"

namespace {

using walk::Outcome;
using walk::Place;
using walk::Stop;

json::Value current(const Stop& stop) { return walk::value_at(stop.base->cluster, *stop.place); }

std::string shortened(const json::Value& value) {
  std::string text = value.dump(-1, ' ', true, json::Value::error_handler_t::replace);
  return text.size() > 120 ? text.substr(0, 120) + "…" : text;
}

// Calls `check` for each value of one sort at each place, with place and value in every message.
template <typename Check>
void for_each_value(std::vector<json::Value> walk::Samples::*sort, const Check& check) {
  for (const Stop& stop : walk::first_stops()) {
    const walk::Samples made = walk::samples(*stop.place, current(stop));
    for (const json::Value& value : made.*sort) {
      SCOPED_TRACE(stop.name() + " = " + shortened(value));
      ++walk::totals().values;
      check(stop, value);
    }
  }
}

TEST(Walk, EveryPlaceOfTheSchemaIsReached) {
  EXPECT_TRUE(walk::unreached().empty());
  for (const std::string& path : walk::unreached()) ADD_FAILURE() << "no base of bases.yaml takes spec." << path;
}

TEST(Walk, TheBasesAreWhole) {
  for (const walk::Base& base : walk::bases()) {
    SCOPED_TRACE(base.name);
    const json::Value defaulted = walk::with_defaults(walk::spec_schema(), base.cluster.at("spec"));
    for (const std::string& why : walk::refusals(walk::spec_schema(), defaulted, "spec")) ADD_FAILURE() << why;
    EXPECT_EQ(walk::outcome(base.cluster).problem_text(), "");
  }
}

// What the schema fills in and what the operator fills in are the same.
TEST(Walk, DefaultsOfTheSchemaChangeNothing) {
  for (const walk::Base& base : walk::bases()) {
    json::Value defaulted = base.cluster;
    defaulted["spec"] = walk::with_defaults(walk::spec_schema(), base.cluster.at("spec"));
    EXPECT_EQ(walk::outcome(defaulted).dump(), walk::outcome(base.cluster).dump()) << base.name;
  }
}

TEST(Walk, EveryFieldDoesSomething) {
  for (const Stop& stop : walk::first_stops()) {
    if (!stop.place->is_leaf()) continue;
    SCOPED_TRACE(stop.name());
    std::map<std::string, json::Value> seen;
    const auto look = [&](const json::Value& cluster, const json::Value& value) {
      const Outcome made = walk::outcome(cluster);
      const auto [found, fresh] = seen.emplace(made.dump(), value);
      EXPECT_TRUE(fresh) << shortened(value) << " makes the same of it as " << shortened(found->second);
    };
    if (!current(stop).is_null()) look(stop.base->cluster, current(stop));
    for (const json::Value& value : walk::samples(*stop.place, current(stop)).ordinary) {
      if (value == current(stop)) continue;
      ++walk::totals().values;
      look(walk::with(stop.base->cluster, *stop.place, value), value);
    }
    // The one value that some fields have must differ from none.
    const auto gone = walk::without(stop.base->cluster, *stop.place);
    if (seen.size() == 1 && gone) look(*gone, "nothing");
    const bool constant = stop.place->required && stop.place->schema.value("enum", json::Value()).size() == 1;
    EXPECT_GE(seen.size(), constant ? 1U : 2U) << "only one state of it was looked at";
  }
}

TEST(Walk, OrdinaryValuesAreTaken) {
  for_each_value(&walk::Samples::ordinary, [](const Stop& stop, const json::Value& value) {
    const json::Value cluster = walk::with(stop.base->cluster, *stop.place, value);
    const auto refused = walk::refusals(stop.place->schema, walk::value_at(cluster, *stop.place), "");
    EXPECT_TRUE(refused.empty()) << refused.front();
    const Outcome made = walk::outcome(cluster);
    const std::string path = walk::dotted(walk::pointer(*stop.place, cluster));
    EXPECT_TRUE(made.problems.empty() || made.names(path)) << made.problem_text();
  });
}

TEST(Walk, WrongValuesAreRefusedByTheirPath) {
  for_each_value(&walk::Samples::wrong, [](const Stop& stop, const json::Value& value) {
    const std::string at = walk::pointer(*stop.place, stop.base->cluster);
    json::Value cluster = walk::with(stop.base->cluster, *stop.place, walk::example(stop.place->schema));
    cluster[json::Pointer(walk::pointer(*stop.place, cluster))] = value;
    const Outcome made = walk::outcome(cluster);
    EXPECT_TRUE(made.names(walk::dotted(at))) << "it says: " << made.problem_text();
    EXPECT_TRUE(made.objects.empty());
    EXPECT_NO_THROW(made.dump());
  });
}

TEST(Walk, WhatIsMissingIsNamed) {
  for (const Stop& stop : walk::stops()) {
    if (!stop.place->required) continue;
    SCOPED_TRACE(stop.name());
    json::Value cluster = stop.base->cluster;
    if (current(stop).is_null()) cluster = walk::with(cluster, *stop.place, walk::example(stop.place->schema));
    const json::Pointer at(walk::pointer(*stop.place, cluster));
    cluster.at(at.parent_pointer()).erase(at.back());
    ++walk::totals().values;
    const Outcome made = walk::outcome(cluster);
    EXPECT_TRUE(made.names(walk::dotted(at.to_string()))) << "it says: " << made.problem_text();
  }
}

// No sum may run over.
void expect_sound_numbers(const json::Value& value, const std::string& path) {
  if (value.is_number_integer()) {
    EXPECT_GE(value.get<std::int64_t>(), 0) << path;
  }
  if (!value.is_structured()) return;
  for (const auto& [name, child] : value.items()) expect_sound_numbers(child, path + "/" + name);
}

TEST(Walk, TheSmallestAndTheLargestAreTakenOrNamed) {
  for_each_value(&walk::Samples::extreme, [](const Stop& stop, const json::Value& value) {
    const json::Value cluster = walk::with(stop.base->cluster, *stop.place, value);
    const auto refused = walk::refusals(stop.place->schema, walk::value_at(cluster, *stop.place), "");
    EXPECT_TRUE(refused.empty()) << refused.front();
    const Outcome made = walk::outcome(cluster);
    const std::string path = walk::dotted(walk::pointer(*stop.place, cluster));
    EXPECT_TRUE(made.problems.empty() || made.names(path)) << made.problem_text();
    EXPECT_EQ(made.problems.empty(), !made.objects.empty());
    expect_sound_numbers(made.objects, "");
    expect_sound_numbers(made.status, "status");
  });
}

TEST(Walk, WhatIsTakenAwayLeavesNothingBehind) {
  for (const walk::Base& base : walk::bases()) {
    const std::string before = walk::outcome(base.cluster).dump();
    json::Value object = base.cluster;
    for (const Stop& stop : walk::stops()) {
      if (stop.base != &base) continue;
      const walk::Samples made = walk::samples(*stop.place, current(stop));
      if (made.ordinary.empty()) continue;  // it has its only value
      // As kubectl does it: the way there and back by merge patches.
      const json::Value changed = walk::with(base.cluster, *stop.place, made.ordinary.front());
      object.merge_patch(walk::merge_patch(base.cluster, changed));
      EXPECT_EQ(object, changed) << stop.name();
      object.merge_patch(walk::merge_patch(changed, base.cluster));
    }
    EXPECT_EQ(walk::outcome(object).dump(), before);
  }
}

// A block that is left empty says what no block says: nothing.
TEST(Walk, BlocksThatAreLeftEmptySayNothing) {
  for (const Stop& stop : walk::stops()) {
    const bool block = !stop.place->is_leaf() && !stop.place->required && !stop.place->path.ends_with("]");
    if (!block || !current(stop).is_null() || stop.place->schema.contains("required")) continue;
    // Where {} says something, its description tells.
    if (stop.place->schema.value("description", "").find("{}") != std::string::npos) continue;
    const json::Value empty = stop.place->is_list() ? json::Value::array() : json::Value::object();
    const json::Value cluster = walk::with(stop.base->cluster, *stop.place, empty);
    if (walk::value_at(cluster, *stop.place) != empty) continue;
    const json::Pointer at(walk::pointer(*stop.place, cluster));
    json::Value without = cluster;
    without.at(at.parent_pointer()).erase(at.back());
    SCOPED_TRACE(stop.name());
    EXPECT_EQ(walk::outcome(cluster).dump(), walk::outcome(without).dump());
  }
}

}  // namespace
