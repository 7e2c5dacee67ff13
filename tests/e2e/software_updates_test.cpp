// Other images on a Heat that works: of the broker, and the next release of Heat. After all tests that need Heat as it
// was set up: by the file's name, and before the one that takes it down.
#include <iostream>
#include <set>

#include "load.h"
#include "manifests.h"
#include "real_heat.h"

namespace e2e {
namespace {

constexpr int requests_per_second = 5;
constexpr std::size_t most_requests = 5'000;

std::string image_of(const json::Value& pod) { return integration::text_at(pod, "/spec/containers/0/image"); }

std::set<std::string> images_of(const RealHeat& heat, const std::string& component) {
  std::set<std::string> images;
  for (const json::Value& pod : heat.pods(component)) images.insert(image_of(pod));
  return images;
}

// Pods that end are pods too.
AssertionResult come_to(const RealHeat& heat, const std::string& component, const std::string& image) {
  return integration::wait_until(
      [&]() -> AssertionResult {
        const std::set<std::string> images = images_of(heat, component);
        if (images == std::set{image}) return AssertionSuccess();
        return AssertionFailure() << component << ": " << testing::PrintToString(images);
      },
      long_patience);
}

// It would be the end of the broker.
TEST(SoftwareUpdates, ABrokerImageThatCannotFollowIsRefused) {
  const std::string other = environment("HEAT_OPERATOR_TEST_IMAGE_RABBITMQ_OTHER_SERIES");
  if (other.empty()) GTEST_SKIP() << "there is no image of another series of RabbitMQ";
  RealHeat& heat = RealHeat::instance();
  HeatApi api = heat.api();
  const std::string image = integration::text_at(heat.cluster(), "/spec/images/rabbitmq/image");
  const std::set<std::string> before = heat.pod_uids("broker");
  Load load({api.one_stack_url()}, requests_per_second, most_requests);

  heat.patch_spec({{"images", {{"rabbitmq", {{"image", other}}}}}});
  const AssertionResult told = heat.tells(other + " cannot follow " + image, Duration(60'000));
  EXPECT_TRUE(told);
  std::cout << told.message();
  ASSERT_EQ(api.create_stack("beside-a-refused-broker", small_stack()).status, 201);
  EXPECT_TRUE(api.completes("beside-a-refused-broker", long_patience));

  heat.patch_spec({{"images", {{"rabbitmq", {{"image", image}}}}}});
  EXPECT_TRUE(heat.is_settled_and_ready());
  EXPECT_EQ(heat.pod_uids("broker"), before);
  const LoadCount count = load.stop();
  std::cout << count.text() << "\n";
  EXPECT_EQ(count.failed, 0U);
}

// The same RabbitMQ by another name, as a rebuilt image is: its nodes let it follow, and it rolls.
TEST(SoftwareUpdates, BrokerNodesGetAnotherImageOneByOne) {
  const std::string again = environment("HEAT_OPERATOR_TEST_IMAGE_RABBITMQ_AGAIN");
  if (again.empty()) GTEST_SKIP() << "there is no second image of the same RabbitMQ";
  RealHeat& heat = RealHeat::instance();
  HeatApi api = heat.api();
  Load load({api.one_stack_url()}, requests_per_second, most_requests);
  ASSERT_EQ(api.create_stack("under-a-rolling-broker", waiting_stack(8, 10)).status, 201);

  heat.patch_spec({{"images", {{"rabbitmq", {{"image", again}}}}}});
  EXPECT_TRUE(heat.is_settled_and_ready());
  EXPECT_TRUE(come_to(heat, "broker", again));
  EXPECT_TRUE(api.completes("under-a-rolling-broker", long_patience));
  ASSERT_EQ(api.create_stack("after-a-rolling-broker", small_stack()).status, 201);
  EXPECT_TRUE(api.completes("after-a-rolling-broker", long_patience));
  const LoadCount count = load.stop();
  std::cout << count.text() << "\n";
  figure("failed requests while every broker node got another image", count.failed, "requests");
}

TEST(SoftwareUpdates, TheNextReleaseOfHeat) {
  const std::string release = environment("HEAT_OPERATOR_TEST_NEXT_RELEASE");
  const std::string image = environment("HEAT_OPERATOR_TEST_IMAGE_HEAT_NEXT");
  if (release.empty()) GTEST_SKIP() << "there is no image of a release that this one's next can be";
  RealHeat& heat = RealHeat::instance();
  HeatApi api = heat.api();
  ASSERT_EQ(api.create_stack("of-the-old-release", small_stack()).status, 201);
  ASSERT_TRUE(api.completes("of-the-old-release", long_patience));
  ASSERT_EQ(api.create_stack("across-releases", waiting_stack(6, 20)).status, 201);
  Load load({api.one_stack_url()}, requests_per_second, most_requests);

  const auto began = std::chrono::steady_clock::now();
  heat.patch_spec({{"release", release}, {"images", {{"heat", {{"image", image}}}}}});
  EXPECT_TRUE(integration::wait_until(
      [&]() -> AssertionResult {
        // It is what paces this loop, too.
        heat.kubectl().run({"wait", "--for=condition=Ready", "heatcluster/heat", "--timeout=1s"});
        const std::set<std::string> engines = images_of(heat, "engine");
        EXPECT_LE(engines.size(), 1U) << "engines of two releases at a time";
        if (engines == std::set{image}) return AssertionSuccess();
        return AssertionFailure() << heat.cluster().at("status").dump();
      },
      long_patience));
  EXPECT_TRUE(heat.is_settled_and_ready());
  figure("another release asked for, until all of Heat is of it",
         std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(), "s");
  for (const char* component : {"engine", "api", "cfn"}) EXPECT_TRUE(come_to(heat, component, image));

  const LoadCount count = load.stop();
  std::cout << count.text() << "\n";
  figure("failed requests meanwhile; they wait while there are no engines", count.failed, "requests");
  EXPECT_EQ(count.failed, 0U);
  EXPECT_TRUE(api.completes("across-releases", long_patience)) << "work that was under way is lost";
  ASSERT_EQ(api.create_stack("of-the-new-release", small_stack()).status, 201);
  EXPECT_TRUE(api.completes("of-the-new-release", long_patience));
  const Finished deleted = heat.openstack({"stack", "delete", "--yes", "--wait", "of-the-old-release"});
  EXPECT_EQ(deleted.exit_code, 0) << deleted.text();
  EXPECT_TRUE(heat.kubectl().list("jobs", "app.kubernetes.io/component=db-sync").size() == 1);
}

}  // namespace
}  // namespace e2e
