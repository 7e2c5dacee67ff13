// The operator is there before its CRD.
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

class MissingCrdTest : public OperatorTest {
 protected:
  void SetUp() override {
    NamespaceTest::SetUp();
    plane().unsettle();
    plane().admin().succeed({"delete", "crd", "heatclusters.heat.openstack.org"});
    // The API server goes on answering for a moment after the CRD has gone.
    ASSERT_TRUE(wait_until([&] {
      return plane().admin().run({"get", "--raw", "/apis/heat.openstack.org/v1alpha1/heatclusters"}).exit_code != 0;
    }));
    start_operator(plane().operator_kubeconfig());
    ASSERT_TRUE(wait_until([&] { return heat_operator().health("/healthz").status == 200; }));
  }
  void TearDown() override {
    plane().install();
    OperatorTest::TearDown();
  }
};

TEST_F(MissingCrdTest, ItStaysUpSaysWhatToApplyAndSyncsWhenItComes) {
  EXPECT_TRUE(wait_until([&] { return contains(heat_operator().log(), {"crds/heatclusters.yaml"}); }))
      << heat_operator().log();
  EXPECT_EQ(heat_operator().health("/readyz").status, 503);
  EXPECT_TRUE(contains(heat_operator().health("/readyz").body, {"heatclusters"}));

  plane().install();
  ASSERT_TRUE(heat_operator().becomes_ready());
  bring_up();
}

}  // namespace
}  // namespace integration
