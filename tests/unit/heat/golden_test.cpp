// The objects and files that desired() makes of some HeatClusters, byte for byte. HEAT_OPERATOR_UPDATE_GOLDEN=1 writes
// them anew: then read the difference, since every line of it is a change in somebody's cluster.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "sample.h"
#include "tls_sample.h"

namespace {

const std::filesystem::path golden = std::filesystem::path(HEAT_OPERATOR_SOURCE_DIR) / "tests" / "golden";

bool updates() { return std::getenv("HEAT_OPERATOR_UPDATE_GOLDEN") != nullptr; }

void expect_golden(const std::filesystem::path& name, const std::string& text) {
  const std::filesystem::path path = golden / name;
  if (updates()) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return;
  }
  std::ifstream file(path);
  std::ostringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(expected.str(), text) << "differs from " << path
                                  << "; if that is meant, run with HEAT_OPERATOR_UPDATE_GOLDEN=1";
}

// Files of ConfigMaps stand by themselves, as their readers see them.
void expect_golden_objects(const std::string& directory, const heat::Desired& desired) {
  std::set<std::filesystem::path> written;
  const auto expect = [&](const std::filesystem::path& name, const std::string& text) {
    EXPECT_TRUE(written.insert(name).second) << name << " twice";
    expect_golden(directory / name, text);
  };
  for (const heat::Stage& stage : desired.stages) {
    for (const heat::DesiredObject& object : stage.objects) {
      if (!(*object.type == kube::types::config_map)) {
        // A Job's name holds a hash: without it a change shows as a difference.
        const std::string name = *object.type == kube::types::job ? "heat-db-sync" : object.name;
        expect(stage.name + "-" + std::string(object.type->kind) + "-" + name + ".json", object.body().dump(2) + "\n");
        continue;
      }
      const std::string component = object.body().at("metadata").at("labels").at("app.kubernetes.io/component");
      for (const auto& [file, text] : object.body().at("data").items()) {
        expect(std::filesystem::path(component) / file, text.get<std::string>());
      }
    }
  }
  if (updates()) return;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(golden / directory)) {
    const auto name = std::filesystem::relative(entry.path(), golden / directory);
    EXPECT_TRUE(entry.is_directory() || written.contains(name)) << entry.path() << " is not made any more";
  }
}

TEST(Golden, MinimalWithoutKeystone) {
  expect_golden_objects("minimal", heat::desired(sample::spec(), sample::observed()));
}

TEST(Golden, ProductionWithItsOwnBrokerAndKeystone) {
  const heat::Spec spec = heat::parse(sample::production()).value();
  expect_golden_objects("production", heat::desired(spec, sample::observed_production()));
}

// What differs between releases is in the files.
TEST(Golden, FilesOfEachFamilyOfReleases) {
  for (const char* release : {"zed", "2026.2"}) {
    heat::Spec spec = heat::parse(sample::production()).value();
    spec.release = release;
    const heat::Desired desired = heat::desired(spec, sample::observed_production());
    for (const heat::DesiredObject& map : sample::stage(desired, "configuration").objects) {
      const std::string component = map.body().at("metadata").at("labels").at("app.kubernetes.io/component");
      if (component == "broker" || component == "proxy") continue;
      for (const auto& [file, text] : map.body().at("data").items()) {
        expect_golden(std::filesystem::path(release) / component / file, text.get<std::string>());
      }
    }
  }
}

TEST(Golden, CheckOfAnotherImageOfTheBroker) {
  heat::Spec spec = heat::parse(sample::production()).value();
  const heat::Observed world = sample::settled(spec, sample::observed_production());
  spec.images.rabbitmq.reference = "quay.io/example/rabbitmq:4.2";
  const heat::Desired desired = heat::desired(spec, world);
  const heat::DesiredObject& job = sample::stage(desired, "broker-check").objects.at(0);
  json::Value body = job.body();
  const std::string script = body["spec"]["template"]["spec"]["containers"][0]["command"][2];
  body["spec"]["template"]["spec"]["containers"][0]["command"][2] = "broker-check.sh";
  expect_golden("broker-check/Job.json", body.dump(2) + "\n");
  expect_golden("broker-check/broker-check.sh", script);
}

// Certificates are new in each run: the files beside them are not.
TEST(Golden, FilesWithTls) {
  const heat::Desired desired = heat::desired(sample::tls_spec(), sample::observed_tls());
  for (const heat::DesiredObject& map : sample::stage(desired, "configuration").objects) {
    const std::string component = map.body().at("metadata").at("labels").at("app.kubernetes.io/component");
    for (const auto& [file, text] : map.body().at("data").items()) {
      if (!file.ends_with(".crt") && (component == "engine" || component == "proxy")) {
        expect_golden(std::filesystem::path("tls") / component / file, text.get<std::string>());
      }
    }
  }
}

TEST(Golden, StatusOfTheSettledSample) {
  const heat::Observed world = sample::settled();
  const heat::Spec spec = sample::spec();
  const heat::Desired desired = heat::desired(spec, world);
  heat::StatusInput input{&spec, 3, &world, &desired, {}, "", false, "2026-01-31T12:00:00Z"};
  expect_golden("status.json", heat::status(input).dump(2) + "\n");
}

}  // namespace
