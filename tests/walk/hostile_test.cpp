// Whatever text the schema lets through, it stays a value: no file gets a line, section or directive by it, no object a
// field, and nothing but the value itself is another.
#include <gtest/gtest.h>

#include "walk/core.h"
#include "walk/document.h"
#include "walk/pattern.h"
#include "walk/rendered.h"
#include "walk/samples.h"
#include "walk/walk.h"

namespace {

using walk::Outcome;
using walk::Stop;

// A file without what the user has put at its end, which may be anything.
std::string without_own(const std::string& text, const Stop& stop, const json::Value& value) {
  if (!stop.place->is_free_text()) return text;
  const std::string own = value;
  if (text == own) return {};
  for (const std::string& end : {"\n" + own + "\n", "\n" + own}) {
    if (!own.empty() && text.ends_with(end)) return text.substr(0, text.size() - end.size() + 1);
  }
  return text;
}

using Lines = std::map<std::string, int>;

void collect_paths(const json::Value& value, const std::string& path, Lines& paths) {
  if (!value.is_structured() || value.empty()) {
    ++paths[path];
    return;
  }
  for (const auto& [name, child] : value.items()) collect_paths(child, path + "/" + name, paths);
}

// The fields of each object that is not as in the base, and the structure of each file. The hash in the name of a
// ConfigMap tells its content, so it is left out.
std::map<std::string, Lines> shapes(const Stop& stop, const json::Value& value, const Outcome& made,
                                    const Outcome& base) {
  std::map<std::string, Lines> found;
  for (const auto& [name, body] : made.objects.items()) {
    if (base.objects.contains(name) && base.objects.at(name) == body) continue;
    const bool hashed = name.starts_with("ConfigMap/") || name.starts_with("Job/");
    collect_paths(body, "", found[hashed ? name.substr(0, name.rfind('-')) : name]);
  }
  for (const auto& [name, text] : made.files) {
    const auto before = base.files.find(name);
    if (before != base.files.end() && before->second == text) continue;
    found[name] = walk::structure(name, without_own(text, stop, value));
  }
  return found;
}

const Outcome& outcome_of(const walk::Base& base) {
  static std::map<std::string, Outcome> all;
  const auto found = all.find(base.name);
  return found != all.end() ? found->second : all.emplace(base.name, walk::outcome(base.cluster)).first->second;
}

// What values that nobody could mind make of this place.
std::map<std::string, Lines> allowed(const Stop& stop, const std::vector<json::Value>& values) {
  std::map<std::string, Lines> all;
  for (const json::Value& value : values) {
    const Outcome made = walk::outcome(walk::with(stop.base->cluster, *stop.place, value));
    for (const auto& [name, lines] : shapes(stop, value, made, outcome_of(*stop.base))) {
      all[name];  // even where nothing is left of it
      for (const auto& [line, count] : lines) all[name][line] = std::max(all[name][line], count);
    }
  }
  return all;
}

std::vector<json::Value> harmless(const Stop& stop) {
  std::vector<json::Value> values = walk::samples(*stop.place, nullptr).ordinary;
  if (!stop.place->schema.contains("pattern")) return values;
  if (stop.place->schema.contains("x-kubernetes-int-or-string")) return values;
  const walk::Pattern pattern(stop.place->schema);
  for (unsigned number = 1; number <= 6; ++number) {
    const json::Value text = pattern.plain(number);
    const Outcome made = walk::outcome(walk::with(stop.base->cluster, *stop.place, text));
    if (made.problems.empty()) values.push_back(text);
  }
  return values;
}

TEST(Walk, HostileTextStaysAValue) {
  std::size_t taken = 0;
  for (const Stop& stop : walk::first_stops()) {
    const walk::Samples made = walk::samples(*stop.place, nullptr);
    if (made.hostile.empty()) continue;
    SCOPED_TRACE(stop.name());
    const auto fine = allowed(stop, harmless(stop));
    for (const json::Value& value : made.hostile) {
      ++walk::totals().values;
      SCOPED_TRACE(value.dump(-1, ' ', true));
      const json::Value cluster = walk::with(stop.base->cluster, *stop.place, value);
      const Outcome changed = walk::outcome(cluster);
      if (!changed.problems.empty()) {
        EXPECT_TRUE(changed.names(walk::dotted(walk::pointer(*stop.place, cluster)))) << changed.problem_text();
        continue;
      }
      ++taken;
      for (const auto& [name, lines] : shapes(stop, value, changed, outcome_of(*stop.base))) {
        ASSERT_TRUE(fine.contains(name)) << name << " is not what a harmless value changes";
        EXPECT_EQ(walk::additions(fine.at(name), lines), "") << name;
      }
    }
  }
  EXPECT_GT(taken, 500U) << "hardly anything was let through: the walk tests nothing";
}

// Of free text not one byte is changed, and not one byte of anything else: what follows from it are hashes.
TEST(Walk, FreeTextArrivesAsItWasWritten) {
  for (const Stop& stop : walk::first_stops()) {
    if (!stop.place->is_free_text()) continue;
    SCOPED_TRACE(stop.name());
    const std::string plain = "# plain text\n";
    const Outcome before = walk::outcome(walk::with(stop.base->cluster, *stop.place, plain));
    ASSERT_TRUE(before.problems.empty()) << before.problem_text();
    for (const json::Value& value : walk::samples(*stop.place, nullptr).hostile) {
      SCOPED_TRACE(value.dump(-1, ' ', true));
      const Outcome after = walk::outcome(walk::with(stop.base->cluster, *stop.place, value));
      if (!after.problems.empty()) continue;
      ++walk::totals().values;
      for (const auto& [name, text] : after.files) {
        EXPECT_EQ(without_own(text, stop, value), without_own(before.files.at(name), stop, plain)) << name;
      }
      const std::string all = json::Value(after.objects).dump();
      EXPECT_NE(all.find(value.dump().substr(1, value.dump().size() - 2)), std::string::npos) << "it is nowhere";
    }
  }
}

}  // namespace
