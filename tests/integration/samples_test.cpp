// Every sample, as a person applies it: by itself, into an empty namespace. The images are the operator's defaults, the
// pods are simulated, and volumes are made beforehand where a sample wants some.
#include <algorithm>
#include <filesystem>

#include "fixture.h"

namespace integration {
namespace {

const std::filesystem::path samples = std::string(HEAT_OPERATOR_SOURCE_DIR) + "/manifests/samples";

struct Sample {
  const char* name;
  const char* waits_for;  // a word of kubectl wait
  std::vector<std::string> claims;
};

void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.name; }

std::vector<Sample> all_samples() {
  const char* ready = "--for=condition=Ready=True heatcluster/heat";
  return {
      {"devstack", ready, {}},
      {"external-broker", ready, {}},
      {"mariadb", "--for=jsonpath={.status.readyReplicas}=1 statefulset/mariadb", {"data-mariadb-0"}},
      {"minimal", ready, broker_claims(1)},
      {"noauth", ready, {}},
      {"production", ready, broker_claims(3)},
  };
}

class SampleTest : public OperatorTest, public testing::WithParamInterface<Sample> {
 protected:
  std::vector<std::string> scope() const override {
    std::vector<std::string> flags = OperatorTest::scope();
    flags.insert(flags.end(), {"--image-heat", "localhost/heat:{release}", "--image-haproxy", "localhost/haproxy:3.2",
                               "--image-rabbitmq", "localhost/rabbitmq:4.3"});
    return flags;
  }
};

TEST_P(SampleTest, AppliesByItselfAndBecomesReady) {
  if (!GetParam().claims.empty()) offer_volumes(GetParam().claims, "20Gi");
  const std::filesystem::path file = samples / (std::string(GetParam().name) + ".yaml");
  const Finished applied = kubectl().run({"apply", "--filename", file, "--validate=strict"});
  ASSERT_EQ(applied.exit_code, 0) << applied.text();
  EXPECT_EQ(applied.err, "") << "a warning";
  const std::string waits_for = GetParam().waits_for;
  const std::size_t space = waits_for.find(' ');
  const Finished waited =
      kubectl().run({"wait", waits_for.substr(0, space), waits_for.substr(space + 1), "--timeout=60s"});
  EXPECT_EQ(waited.exit_code, 0) << waited.text();
  for (const std::string& claim : GetParam().claims) {
    EXPECT_EQ(json::string_at(kubectl().get("persistentvolumeclaim", claim), "/status/phase"), "Bound") << claim;
  }
}

INSTANTIATE_TEST_SUITE_P(All, SampleTest, testing::ValuesIn(all_samples()), [](const auto& sample) {
  std::string name = sample.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(SamplesTest, NoneIsForgotten) {
  std::vector<std::string> files;
  for (const auto& file : std::filesystem::directory_iterator(samples)) files.push_back(file.path().stem());
  std::sort(files.begin(), files.end());
  std::vector<std::string> names;
  for (const Sample& sample : all_samples()) names.emplace_back(sample.name);
  EXPECT_EQ(files, names);
}

}  // namespace
}  // namespace integration
