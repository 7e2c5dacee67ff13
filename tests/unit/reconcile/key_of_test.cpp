#include "reconcile/key_of.h"

#include <gtest/gtest.h>

#include "heat/spec.h"

namespace {

using reconcile::key_of;

std::shared_ptr<kube::Object> cluster(std::int64_t generation) {
  auto object = std::make_shared<kube::Object>();
  object->key = {"ns", "heat"};
  object->uid = "cluster";
  object->generation = generation;
  return object;
}

std::shared_ptr<kube::Object> child() {
  auto object = std::make_shared<kube::Object>();
  object->key = {"ns", "heat-engine"};
  object->uid = "child";
  object->owner_uid = "cluster";
  object->owner_kind = "HeatCluster";
  object->owner_name = "heat";
  return object;
}

const kube::ObjectKey heat_key{"ns", "heat"};

TEST(KeyOf, AHeatClusterThatComesOrGoesWakesItself) {
  EXPECT_EQ(key_of(nullptr, cluster(1), heat::heat_cluster), heat_key);
  EXPECT_EQ(key_of(cluster(1), nullptr, heat::heat_cluster), heat_key);
}

TEST(KeyOf, AChangedSpecWakesAndAChangedStatusDoesNot) {
  EXPECT_EQ(key_of(cluster(1), cluster(2), heat::heat_cluster), heat_key);
  EXPECT_EQ(key_of(cluster(2), cluster(2), heat::heat_cluster), std::nullopt);
}

TEST(KeyOf, ASuccessorOfTheSameNameWakes) {
  const auto successor = cluster(1);
  successor->uid = "another";
  EXPECT_EQ(key_of(cluster(1), successor, heat::heat_cluster), heat_key);
}

// Its owner is the StatefulSet, or nobody: its labels tell.
TEST(KeyOf, ABrokersClaimWakesTheHeatClusterOfItsLabel) {
  auto claim = std::make_shared<kube::Object>();
  claim->key = {"ns", "data-heat-broker-0"};
  claim->owner_kind = "StatefulSet";
  claim->fields = R"({"metadata":{"labels":{"app.kubernetes.io/instance":"heat"}}})";
  EXPECT_EQ(key_of(nullptr, claim, kube::types::persistent_volume_claim), heat_key);
  EXPECT_EQ(key_of(claim, nullptr, kube::types::persistent_volume_claim), heat_key);
  auto foreign = std::make_shared<kube::Object>(*claim);
  foreign->fields = R"({"metadata":{"labels":{"app.kubernetes.io/component":"broker"}}})";
  EXPECT_EQ(key_of(nullptr, foreign, kube::types::persistent_volume_claim), std::nullopt);
}

TEST(KeyOf, AChildWakesItsHeatCluster) {
  EXPECT_EQ(key_of(child(), child(), kube::types::stateful_set), heat_key);
  EXPECT_EQ(key_of(child(), nullptr, kube::types::stateful_set), heat_key);
}

TEST(KeyOf, AChildThatLostItsOwnerWakesTheFormerOne) {
  const auto orphan = child();
  orphan->owner_uid = orphan->owner_kind = orphan->owner_name = "";
  EXPECT_EQ(key_of(child(), orphan, kube::types::stateful_set), heat_key);
}

TEST(KeyOf, WhatBelongsToOthersWakesNobody) {
  const auto foreign = child();
  foreign->owner_kind = "Deployment";
  EXPECT_EQ(key_of(nullptr, foreign, kube::types::stateful_set), std::nullopt);
}

}  // namespace
