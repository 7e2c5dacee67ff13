// Bad input on the running system: Ready=False with the reason and the mend within a minute, what ran goes on serving,
// and mending it heals without help.
#include <gmock/gmock.h>

#include <iostream>

#include "load.h"
#include "manifests.h"
#include "real_heat.h"

namespace e2e {
namespace {

constexpr Duration told_within{60'000};
constexpr int requests_per_second = 5;
constexpr std::size_t most_requests = 5'000;

// A load over one bad input and its mend.
class BadInput : public testing::Test {
 protected:
  BadInput()
      : heat_(RealHeat::instance()),
        api_(heat_.api()),
        load_({api_.one_stack_url()}, requests_per_second, most_requests) {}

  // What is told, for a person who reads the run.
  void expect_told(const std::string& mend) {
    const auto began = std::chrono::steady_clock::now();
    const AssertionResult told = heat_.tells(mend, told_within);
    EXPECT_TRUE(told);
    std::cout << "  told after " << std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count()
              << " s:\n"
              << told.message();
    const Answer created = api_.create_stack(stack("while"), small_stack());
    EXPECT_EQ(created.status, 201) << created.text();
    EXPECT_TRUE(api_.completes(stack("while"), long_patience)) << "what ran does not serve";
  }

  void expect_healed(bool without_a_loss = true) {
    EXPECT_TRUE(heat_.is_settled_and_ready());
    const LoadCount count = load_.stop();
    std::cout << "  " << count.text() << "\n";
    if (without_a_loss) {
      EXPECT_EQ(count.failed, 0U);
    }
    EXPECT_EQ(api_.create_stack(stack("after"), small_stack()).status, 201);
    EXPECT_TRUE(api_.completes(stack("after"), long_patience));
  }

  static std::string stack(const std::string& when) {
    return std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + "-" + when;
  }

  RealHeat& heat_;
  HeatApi api_;

 private:
  Load load_;
};

TEST_F(BadInput, AnImageThatDoesNotExist) {
  const std::string image = integration::text_at(heat_.cluster(), "/spec/images/heat/image");
  heat_.patch_spec({{"images", {{"heat", {{"image", "localhost/heat:does-not-exist"}}}}}});
  expect_told("pods -l job-name=heat-db-sync-");
  heat_.patch_spec({{"images", {{"heat", {{"image", image}}}}}});
  expect_healed();
}

TEST_F(BadInput, AnOptionThatHaproxyDoesNotKnow) {
  heat_.patch_spec({{"config", {{"haproxy", "defaults\n    no-such-keyword 1"}}}});
  expect_told("component=proxy tells why");
  heat_.patch_spec({{"config", {{"haproxy", nullptr}}}});
  expect_healed();
}

TEST_F(BadInput, AnOptionThatRabbitmqDoesNotKnow) {
  heat_.patch_spec({{"config", {{"rabbitmq", "no_such_key = 1"}}}});
  expect_told("component=broker tells why");
  heat_.patch_spec({{"config", {{"rabbitmq", nullptr}}}});
  expect_healed(nothing_is_lost());
}

TEST_F(BadInput, AnOptionOfHeatThatIsTheOperators) {
  heat_.patch_spec({{"config", {{"heat", "[DEFAULT]\nnum_engine_workers = 99"}}}});
  expect_told("set spec.engine.workers instead");
  heat_.patch_spec({{"config", {{"heat", nullptr}}}});
  expect_healed();
}

TEST_F(BadInput, AReleaseThatIsNotTheImages) {
  const std::string release = integration::text_at(heat_.cluster(), "/spec/release");
  heat_.patch_spec({{"release", release == "zed" ? "2025.1" : "zed"}});
  expect_told("spec.release");
  heat_.patch_spec({{"release", release}});
  expect_healed();
}

// No pod gets it: the Job that tries it fails.
TEST_F(BadInput, AWrongDatabasePassword) {
  heat_.kubectl().patch("secret", "heat-db", {{"stringData", {{"password", "wrong"}}}});
  expect_told("logs -n " + heat_namespace() + " job/heat-db-sync-");
  heat_.kubectl().patch("secret", "heat-db", {{"stringData", {{"password", "not-a-real-password"}}}});
  expect_healed();
}

void expect_another_tells(const RealHeat& heat, const json::Value& object, const std::string& mend) {
  heat.kubectl().apply(object);
  const AssertionResult told = heat.tells(mend, told_within, "other");
  EXPECT_TRUE(told);
  std::cout << told.message();
}

// A volume that nobody has claimed becomes one of that class.
void offer_volume(const RealHeat& heat, const std::string& storage_class) {
  for (const json::Value& volume : heat.kubectl().list("persistentvolumes")) {
    if (integration::text_at(volume, "/status/phase") != "Available") continue;
    heat.kubectl().patch("persistentvolume", integration::name_of(volume),
                         {{"spec", {{"storageClassName", storage_class}}}});
    return;
  }
  FAIL() << "no volume is left";
}

TEST_F(BadInput, AVolumeThatCannotBeMade) {
  const json::Value storage = {{"size", "1Gi"}, {"storageClassName", "missing"}};
  expect_another_tells(
      heat_, cluster_beside(heat_.cluster(), "other", {{"managed", {{"replicas", 1}, {"storage", storage}}}}, 0),
      "component=broker tells why");
  heat_.kubectl().apply(json::Value{{"apiVersion", "storage.k8s.io/v1"},
                                    {"kind", "StorageClass"},
                                    {"metadata", {{"name", "missing"}}},
                                    {"provisioner", "kubernetes.io/no-provisioner"},
                                    {"volumeBindingMode", "WaitForFirstConsumer"}});
  offer_volume(heat_, "missing");
  EXPECT_TRUE(heat_.is_settled_and_ready(long_patience, "other"));
  heat_.kubectl().run({"delete", "heatcluster", "other", "--timeout=25s"});
  heat_.kubectl().run({"delete", "storageclass", "missing"});
  expect_healed();
}

TEST_F(BadInput, ABrokerThatIsNotReached) {
  heat_.kubectl().apply(secret("no-broker", {{"username", "heat"}, {"password", "nowhere"}}));
  const json::Value hosts = json::Value::array({{{"host", "192.0.2.200"}, {"port", 5672}}});
  const json::Value broker = {{"external", {{"hosts", hosts}, {"credentialsSecret", {{"name", "no-broker"}}}}}};
  expect_another_tells(heat_, cluster_beside(heat_.cluster(), "other", broker, 1), "component=engine tells why");
  heat_.kubectl().run({"delete", "heatcluster", "other", "--timeout=25s"});
  expect_healed();
}

}  // namespace
}  // namespace e2e
