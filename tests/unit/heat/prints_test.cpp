// What is remembered of a rendered HeatCluster, and when it is forgotten.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "heat/desired/desired.h"
#include "kube/model/applied_hash.h"
#include "sample.h"

namespace heat {
namespace {

using testing::HasSubstr;
using testing::Not;

// Asks for every hash, as a pass does that finds everything applied.
std::vector<std::uint64_t> hashes(const Desired& desired) {
  std::vector<std::uint64_t> all;
  for (const Stage& stage : desired.stages) {
    for (const DesiredObject& object : stage.objects) all.push_back(object.hash());
  }
  return all;
}

class PrintsTest : public testing::Test {
 protected:
  // Marks every hash, so that one that is made anew can be told from one that was remembered.
  void remember_and_mark(const Spec& spec) {
    hashes(desired(spec, world_, prints_));
    ASSERT_FALSE(prints_->hashes.empty());
    for (auto& [key, hash] : prints_->hashes) hash = 42;
  }
  bool remembers(const Spec& spec) {
    const auto all = hashes(desired(spec, world_, prints_));
    EXPECT_TRUE(std::count(all.begin(), all.end(), 42) == 0 || std::count(all.begin(), all.end(), 42) == size(all));
    return all.front() == 42;
  }
  static std::ptrdiff_t size(const std::vector<std::uint64_t>& all) { return static_cast<std::ptrdiff_t>(all.size()); }

  Observed world_ = sample::observed();
  const std::shared_ptr<Prints> prints_ = std::make_shared<Prints>();
};

TEST_F(PrintsTest, AHashIsThatOfTheBody) {
  const Desired fresh = desired(sample::spec(), world_, prints_);
  for (const Stage& stage : fresh.stages) {
    for (const DesiredObject& object : stage.objects) {
      EXPECT_EQ(object.hash(), kube::applied_hash(object.body())) << object.name;
    }
  }
}

TEST_F(PrintsTest, AHashIsRememberedWhileNothingChanges) {
  remember_and_mark(sample::spec());
  EXPECT_TRUE(remembers(sample::spec()));
  world_.status = {{"observedGeneration", 1}};
  EXPECT_TRUE(remembers(sample::spec()));
}

TEST_F(PrintsTest, AnotherGenerationIsAnotherRendering) {
  remember_and_mark(sample::spec());
  Spec spec = sample::spec();
  ++spec.generation;
  EXPECT_FALSE(remembers(spec));
}

TEST_F(PrintsTest, ASuccessorOfTheSameNameIsAnother) {
  remember_and_mark(sample::spec());
  Spec spec = sample::spec();
  spec.uid = "another";
  EXPECT_FALSE(remembers(spec));
}

TEST_F(PrintsTest, ASecretThatChangesIsRead) {
  remember_and_mark(sample::spec());
  world_.secrets.at("heat-encryption-key")->at("key") = "abcdef0123456789abcdef0123456789";
  EXPECT_FALSE(remembers(sample::spec()));
}

TEST_F(PrintsTest, ABrokersClaimTemplateThatIsOlderIsKept) {
  const Spec spec = parse(sample::production()).value();
  world_ = sample::observed_production();
  remember_and_mark(spec);
  ObservedChild set{"heat-broker", false, 1, {}};
  set.fields = json::parse(R"({"spec":{"replicas":3,"volumeClaimTemplates":[
      {"spec":{"resources":{"requests":{"storage":"1Gi"}}}}]}})")
                   .value();
  world_.workloads[Component::broker] = set;
  EXPECT_FALSE(remembers(spec));
}

TEST_F(PrintsTest, NoSecretsContentIsKept) {
  hashes(desired(sample::spec(), world_, prints_));
  std::string all = prints_->inputs + prints_->db_sync.target + prints_->db_sync.name;
  for (const auto& [component, each] : prints_->configurations) all += each.config_map + each.credentials_digest;
  EXPECT_THAT(all, Not(HasSubstr("canary")));
  EXPECT_THAT(all, Not(HasSubstr(world_.secrets.at("heat-encryption-key")->at("key"))));
}

// The world may be looked at again before an object is rendered, and whoever asked for it may be gone.
TEST_F(PrintsTest, AnObjectOutlivesWhatItWasMadeFrom) {
  std::optional<DesiredObject> kept;
  {
    const Spec spec = sample::spec();
    const Observed world = world_;
    kept = sample::object(desired(spec, world, prints_), kube::types::stateful_set);
  }
  EXPECT_EQ(kept->body(), sample::object(desired(sample::spec(), world_), kube::types::stateful_set).body());
}

}  // namespace
}  // namespace heat
