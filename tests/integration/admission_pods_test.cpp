// What every block that makes pods may be given: what the API server would refuse of a pod is refused of the
// HeatCluster.
#include "admission.h"

namespace integration {
namespace {

using PodAdmissionTest = NamespaceTest;

json::Value scheduling(json::Value fields) { return engine_with({{"scheduling", std::move(fields)}}); }
json::Value toleration(json::Value fields) { return scheduling({{"tolerations", {std::move(fields)}}}); }
json::Value spread(json::Value fields) {
  json::Value constraint = {{"maxSkew", 1}, {"topologyKey", "zone"}, {"whenUnsatisfiable", "ScheduleAnyway"}};
  constraint.update(fields);
  return scheduling({{"topologySpreadConstraints", {std::move(constraint)}}});
}
// A requirement on nodes' labels, and one on pods'.
json::Value node_rule(json::Value requirement) {
  return scheduling({{"affinity",
                      {{"nodeAffinity",
                        {{"requiredDuringSchedulingIgnoredDuringExecution",
                          {{"nodeSelectorTerms", {{{"matchExpressions", {std::move(requirement)}}}}}}}}}}}});
}
json::Value shun(json::Value term) {
  return scheduling(
      {{"affinity", {{"podAntiAffinity", {{"requiredDuringSchedulingIgnoredDuringExecution", {std::move(term)}}}}}}});
}
json::Value requirement(const char* label, const char* relation, json::Value values) {
  json::Value result = {{"key", label}, {"operator", relation}};
  if (!values.is_null()) result["values"] = std::move(values);
  return result;
}
std::vector<Row> welcome_to_pods() {
  return {
      {"a node's role", scheduling({{"nodeSelector", {{"node-role.kubernetes.io/worker", ""}}}}), ""},
      {"whatever taint", toleration({{"operator", "Exists"}}), ""},
      {"a taint for a time",
       toleration({{"key", "a/b"}, {"operator", "Exists"}, {"effect", "NoExecute"}, {"tolerationSeconds", 30}}), ""},
      {"a taint's value", toleration({{"key", "team"}, {"value", "cloud"}, {"effect", "NoSchedule"}}), ""},
      {"nodes by label", node_rule(requirement("disk", "In", {"ssd", "nvme"})), ""},
      {"nodes by number", node_rule(requirement("cores", "Gt", {"8"})), ""},
      {"nodes that have a label", node_rule(requirement("disk", "Exists", nullptr)), ""},
      {"a node that is better",
       scheduling({{"affinity",
                    {{"nodeAffinity",
                      {{"preferredDuringSchedulingIgnoredDuringExecution",
                        {{{"weight", 100},
                          {"preference", {{"matchFields", {requirement("metadata.name", "In", {"node-1"})}}}}}}}}}}}}),
       ""},
      {"no neighbours",
       shun({{"topologyKey", "kubernetes.io/hostname"},
             {"labelSelector", {{"matchExpressions", {requirement("app", "DoesNotExist", nullptr)}}}},
             {"namespaceSelector", json::Value::object()},
             {"namespaces", {"a", "b"}}}),
       ""},
      {"a spread", spread({{"whenUnsatisfiable", "DoNotSchedule"}, {"minDomains", 3}, {"nodeTaintsPolicy", "Honor"}}),
       ""},
      {"a spread by revision", spread({{"matchLabelKeys", {"pod-template-hash"}}}), ""},
      {"a priority", scheduling({{"priorityClassName", "system-cluster-critical"}}), ""},
      {"labels and annotations",
       engine_with({{"podLabels", {{"team", "cloud"}}}, {"podAnnotations", {{"sidecar.istio.io/inject", "false"}}}}),
       ""},
      {"a share that may be down", engine_with({{"disruption", {{"maxUnavailable", "25%"}}}}), ""},
      {"none that may be down", engine_with({{"disruption", {{"maxUnavailable", 0}}}}), ""},
      {"huge pages", limits({{"hugepages-2Mi", "64Mi"}}), ""},
  };
}

std::vector<Row> refused_to_pods() {
  return {
      {"a raw template", engine_with({{"template", json::Value::object()}}), "unknown field \"spec.engine.template\""},
      {"a label's value in prose", engine_with({{"podLabels", {{"team", "the cloud"}}}}), "spec.engine.podLabels.team"},
      {"a label's key in prose", engine_with({{"podLabels", {{"the team", "cloud"}}}}), "write keys of at most 63"},
      {"a long label's key", engine_with({{"podLabels", {{std::string(64, 'k'), "v"}}}}), "write keys of at most 63"},
      {"an annotation's key", engine_with({{"podAnnotations", {{"a b", "v"}}}}), "write keys of at most 63"},
      {"a Service's annotation's key", proxy_with({{"service", {{"annotations", {{"a b", "v"}}}}}}),
       "write keys of at most 63"},
      {"a label of ours", engine_with({{"podLabels", {{"app.kubernetes.io/name", "x"}}}}), "write another key"},
      {"a controller's label", engine_with({{"podLabels", {{"pod-template-hash", "x"}}}}), "write another key"},
      {"an annotation of ours", engine_with({{"podAnnotations", {{"heat.openstack.org/config", "x"}}}}),
       "the operator's own: write another"},
      {"a share without its sign", engine_with({{"disruption", {{"maxUnavailable", "25"}}}}), "maxUnavailable"},
      {"more than all", engine_with({{"disruption", {{"maxUnavailable", "101%"}}}}), "maxUnavailable"},
      {"a resource that is none", limits({{"ram", "1Gi"}}), "write cpu, memory, ephemeral-storage"},
      {"a request above its limit",
       engine_with({{"resources", {{"limits", {{"cpu", "1"}}}, {"requests", {{"cpu", "1100m"}}}}}}),
       "lower the request or raise the limit"},
      {"a toleration of nothing", toleration({{"effect", "NoSchedule"}}), "set operator to Exists, or name the key"},
      {"a toleration of any value and of one", toleration({{"key", "a"}, {"operator", "Exists"}, {"value", "b"}}),
       "leave value out, or set operator to Equal"},
      {"a time where nobody is evicted", toleration({{"key", "a"}, {"effect", "NoSchedule"}, {"tolerationSeconds", 1}}),
       "set effect to NoExecute"},
      {"an unknown effect", toleration({{"key", "a"}, {"effect", "Never"}}), "supported values: \"NoSchedule\""},
      {"no values to be in", node_rule(requirement("a", "In", nullptr)), "write values for In and NotIn"},
      {"two numbers to be above", node_rule(requirement("a", "Gt", {"1", "2"})), "exactly one for Gt and Lt"},
      {"values to exist", node_rule(requirement("a", "Exists", {"b"})), "none for Exists and DoesNotExist"},
      {"no node",
       scheduling(
           {{"affinity",
             {{"nodeAffinity",
               {{"requiredDuringSchedulingIgnoredDuringExecution", {{"nodeSelectorTerms", json::Value::array()}}}}}}}}),
       "should have at least 1 items"},
      {"neighbours nowhere", shun({{"labelSelector", json::Value::object()}}), "topologyKey: Required value"},
      {"an unknown way to choose pods",
       shun({{"topologyKey", "zone"}, {"labelSelector", {{"matchExpressions", {requirement("a", "Gt", {"1"})}}}}}),
       "supported values: \"In\", \"NotIn\""},
      {"no values to choose pods by",
       shun({{"topologyKey", "zone"}, {"labelSelector", {{"matchExpressions", {requirement("a", "In", nullptr)}}}}}),
       "write values for In and NotIn"},
      {"a spread without bounds", spread({{"maxSkew", 0}}), "should be greater than or equal to 1"},
      {"places that do not count", spread({{"minDomains", 3}}), "whenUnsatisfiable is DoNotSchedule: set that"},
      {"a key twice", spread({{"matchLabelKeys", {"a"}}, {"labelSelector", {{"matchLabels", {{"a", "b"}}}}}}),
       "leave it out of one"},
      {"a slip of the pen in an affinity", scheduling({{"affinity", {{"podAfinity", json::Value::object()}}}}),
       "unknown field \"spec.engine.scheduling.affinity.podAfinity\""},
  };
}

TEST_F(PodAdmissionTest, LetsInWhatPodsMayBeGiven) { expect_let_in(kubectl(), welcome_to_pods()); }

TEST_F(PodAdmissionTest, RefusesWhatNoPodCouldBeMadeOf) { expect_refused(kubectl(), refused_to_pods()); }

// The blocks share their schema: one rule of each, in each, shows that none was forgotten.
TEST_F(PodAdmissionTest, EveryBlockThatMakesPodsHasTheRules) {
  const json::Value bad = {{"podLabels", {{"app.kubernetes.io/name", "x"}}},
                           {"scheduling", {{"tolerations", {{{"effect", "NoSchedule"}}}}}},
                           {"resources", {{"limits", {{"ram", "1"}}}}}};
  for (const char* block : {"proxy", "api", "cfn", "engine", "broker.managed"}) {
    const bool is_broker = std::string(block) == "broker.managed";
    const Finished answer = try_to_create(kubectl(), {block, is_broker ? managed(bad) : json::Value{{block, bad}}, ""});
    const std::string path = std::string("spec.") + block;
    EXPECT_TRUE(contains(answer.err,
                         {path + ".podLabels:", path + ".scheduling.tolerations[0]:", path + ".resources.limits:"}));
  }
}

}  // namespace
}  // namespace integration
