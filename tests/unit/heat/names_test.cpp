#include "heat/names.h"

#include <gtest/gtest.h>

#include "heat/kinds.h"
#include "sample.h"

namespace heat {
namespace {

TEST(Names, OfTheLongestClusterFitIntoALabel) {
  const std::string cluster(40, 'a');
  constexpr std::size_t pod_suffix = 6;  // "-x7k2p"
  for (const std::string& name :
       {workload_name(cluster, Component::engine) + "-199", credentials_name(cluster), encryption_key_name(cluster),
        service_account_name(cluster), config_map_name(cluster, "engine", "0123456789"),
        broker_check_name(cluster, "01234567"),
        broker_users_name(cluster, "01234567")}) {  // the names of its pods are cut
    EXPECT_LE(name.size(), 63U) << name;
  }
  EXPECT_LE(db_sync_name(cluster, "01234567").size() + pod_suffix, 63U);
  EXPECT_LE(keystone_bootstrap_name(cluster, "0123456").size() + pod_suffix, 63U);
}

TEST(Names, SelectorIsPartOfTheLabels) {
  const json::Value all = labels(sample::spec(), "engine");
  const json::Value selector = selector_labels(sample::spec(), "engine");
  for (const auto& [key, value] : selector.items()) EXPECT_EQ(all.at(key), value);
  EXPECT_EQ(selector_text(sample::spec(), "engine"),
            "app.kubernetes.io/instance=heat,app.kubernetes.io/component=engine");
  EXPECT_FALSE(labels(sample::spec(), "").contains("app.kubernetes.io/component"));
}

TEST(Names, WatchesSelectWhatLabelsSay) {
  const std::string selector(managed_by_selector);
  const auto equals = selector.find('=');
  EXPECT_EQ(labels(sample::spec(), "").at(selector.substr(0, equals)), selector.substr(equals + 1));
}

TEST(Names, AClaimTellsItsHeatClusterByItsLabels) {
  const Spec spec = sample::spec();
  const json::Value labels = selector_labels(spec, "broker");
  EXPECT_EQ(cluster_of_claim(labels), spec.name);
  const std::string selector(broker_claims_selector);
  EXPECT_EQ(labels.at(selector.substr(0, selector.find('='))), selector.substr(selector.find('=') + 1));
  EXPECT_EQ(cluster_of_claim(json::Value()), "");
  EXPECT_EQ(broker_claim_name("heat", 2), "data-heat-broker-2");
}

TEST(Kinds, SecretsAreNotWatchedAndNothingButHeatClustersIsWatchedWhole) {
  for (const WatchedKind& kind : watched_kinds()) {
    EXPECT_EQ(kind.selector().empty(), *kind.type == heat_cluster);
    EXPECT_NE(*kind.type, kube::types::secret);
  }
}

}  // namespace
}  // namespace heat
