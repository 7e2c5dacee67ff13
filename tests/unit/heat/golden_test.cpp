// The objects that desired() makes of the sample, byte for byte. HEAT_OPERATOR_UPDATE_GOLDEN=1 writes them anew: then
// read the difference, since every line of it is a change in somebody's cluster.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "sample.h"

namespace {

std::string golden_path(const std::string& name) {
  return std::string(HEAT_OPERATOR_SOURCE_DIR) + "/tests/golden/" + name;
}

void expect_golden(const std::string& name, const json::Value& value) {
  const std::string text = value.dump(2) + "\n";
  if (std::getenv("HEAT_OPERATOR_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(golden_path(name)) << text;
    return;
  }
  std::ifstream file(golden_path(name));
  std::ostringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(expected.str(), text) << "differs from " << golden_path(name)
                                  << "; if that is meant, run with HEAT_OPERATOR_UPDATE_GOLDEN=1";
}

TEST(Golden, ObjectsOfTheSample) {
  heat::Observed world = sample::observed();
  const heat::Desired first = heat::desired(sample::spec(), world);
  for (const heat::Stage& stage : first.stages) {
    for (const heat::DesiredObject& object : stage.objects) {
      std::string kind(object.type->kind);
      expect_golden(stage.name + "-" + kind + ".json", object.body);
    }
  }
}

TEST(Golden, StatusOfTheSettledSample) {
  const heat::Observed world = sample::settled();
  const heat::Spec spec = sample::spec();
  const heat::Desired desired = heat::desired(spec, world);
  heat::StatusInput input{&spec, 3, &world, &desired, {}, "", false, "2026-01-31T12:00:00Z"};
  expect_golden("status.json", heat::status(input));
}

}  // namespace
