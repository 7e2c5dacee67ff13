#include "heat_cluster_state.h"

namespace e2e {

using integration::Duration;
using integration::Finished;
using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

namespace {

// None where the operator has not looked yet.
json::Value conditions_of(const json::Value& cluster) {
  const json::Value* conditions = json::find(cluster, "/status/conditions");
  return conditions == nullptr ? json::Value::array() : *conditions;
}

}  // namespace

AssertionResult tells(const integration::Kubectl& kubectl, const std::string& name, const std::string& mend,
                      Duration within) {
  return integration::wait_until(
      [&]() -> AssertionResult {
        std::string all;
        bool is_false = false;
        const json::Value object = kubectl.get("heatcluster", name);
        for (const json::Value& condition : conditions_of(object)) {
          is_false = is_false || (condition.at("type") == "Ready" && condition.at("status") == "False");
          if (condition.at("status") == "True" && condition.at("type") != "Stalled") continue;
          all += condition.at("type").get<std::string>() + ": " + condition.at("message").get<std::string>() + "\n";
        }
        if (is_false && all.find(mend) != std::string::npos) return AssertionSuccess() << all;
        return AssertionFailure() << "nothing holds \"" << mend << "\" in\n" << all;
      },
      within);
}

AssertionResult is_settled_and_ready(const integration::Kubectl& kubectl, const std::string& name, Duration within) {
  return integration::wait_until(
      [&]() -> AssertionResult {
        const std::string generation = integration::text_at(kubectl.get("heatcluster", name), "/metadata/generation");
        for (const std::string& condition :
             {"jsonpath={.status.observedGeneration}=" + generation, std::string("condition=Ready"),
              std::string("condition=Reconciling=False")}) {
          const Finished waited = kubectl.run({"wait", "--for=" + condition, "heatcluster/" + name, one_wait});
          if (waited.exit_code != 0) return AssertionFailure() << waited.text();
        }
        const json::Value object = kubectl.get("heatcluster", name);
        for (const json::Value& condition : conditions_of(object)) {
          const bool wanted = condition.at("type") != "Reconciling" && condition.at("type") != "Stalled";
          if (condition.at("status") != (wanted ? "True" : "False")) return AssertionFailure() << condition.dump();
        }
        return AssertionSuccess();
      },
      within);
}

}  // namespace e2e
