// What the db-sync Job finds wrong with an image, and how it is told.
#include "heat/config/preflight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "heat/release.h"
#include "sample.h"

namespace heat {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

TEST(Preflight, EachReleaseHasACodeOfItsOwnThatNoSignalHas) {
  const std::vector<int> codes = release_refusals();
  EXPECT_EQ(std::set<int>(codes.begin(), codes.end()).size(), codes.size());
  EXPECT_EQ(codes.size(), 1U + std::count(releases.begin() + 1, releases.end(), ' '));
  for (const int code : codes) {
    EXPECT_GT(code, 192);
    EXPECT_LT(code, 256);
    EXPECT_FALSE(release_refusal(code).empty()) << code;
  }
  EXPECT_EQ(release_refusal(224), "has Heat 24, which is 2025.1");
  EXPECT_EQ(release_refusal(1), "");
  EXPECT_EQ(release_refusal(228), "");
}

TEST(Preflight, SettingsTellWhichHeatTheReleaseHas) {
  Spec spec = sample::spec();
  spec.release = "zed";
  EXPECT_EQ(json::Value::parse(preflight_settings(spec)).at("heat"), 19);
}

ObservedChild refused(const Desired& desired, int code) {
  ObservedChild job = sample::job(desired);
  job.fields["status"]["conditions"] = json::Value::array({sample::given_up_for(job.name, "db-sync", code)});
  return job;
}

class AnotherRelease : public testing::Test {
 protected:
  // What the status says where the Job has ended with this code.
  json::Value status_after(int code) {
    world_.jobs = {refused(desired(spec_, world_), code)};
    const Desired now = desired(spec_, world_);
    EXPECT_EQ(sample::stage(now, "engine").mode, Stage::Mode::hold);
    return status({&spec_, spec_.generation, &world_, &now, {}, "", false, "2026-01-31T12:00:00Z"});
  }

  const Spec spec_ = sample::spec();
  Observed world_ = sample::observed();
};

TEST_F(AnotherRelease, IsToldWithWhatTheImageHas) {
  const json::Value status = status_after(219);
  const std::string told = sample::condition(status, "DatabaseReady").at("message");
  EXPECT_THAT(told, HasSubstr("spec.release is " + spec_.release + ", and " + spec_.images.heat.reference +
                              " has Heat 19, which is zed"));
  EXPECT_THAT(told, EndsWith("let spec.release and spec.images.heat name the same release"));
  EXPECT_EQ(sample::condition(status, "Stalled").at("status"), "True");
  EXPECT_EQ(sample::condition(status, "Ready").at("message"), told);
}

TEST_F(AnotherRelease, OfWhichNothingIsKnownIsTold) {
  EXPECT_THAT(sample::condition(status_after(200), "DatabaseReady").at("message").get<std::string>(),
              HasSubstr("has a Heat that this operator does not know"));
}

}  // namespace
}  // namespace heat
