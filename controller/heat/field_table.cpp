#include "heat/field_table.h"

#include <array>

namespace heat {
namespace {

using enum FieldType;

constexpr std::int64_t max_key = 317;          // of a label: prefix of 253, '/', name of 63
constexpr std::int64_t max_label_value = 63;   // Kubernetes' bound
constexpr std::int64_t max_user = 2147483647;  // 2^31 - 1, Kubernetes' bound
constexpr std::int64_t max_config = 65536;     // characters; a ConfigMap takes 1 MiB
constexpr std::int64_t day = 86400;

// An object that has the fields of `part`, besides those that stand below its own path.
consteval Field block(std::string_view path, Part part, bool required = false, std::string_view fallback = {}) {
  return {path, object, required, fallback, 0, 0, Shape::any, {}, part};
}

consteval Field choice(std::string_view path, std::string_view allowed, bool required = false,
                       std::string_view fallback = {}) {
  return {path, text, required, fallback, 0, 0, Shape::any, allowed};
}

constexpr std::array of_spec{
    choice("release", releases, false, R"("2025.1")"),
    Field{"images", object, false, "{}"},
    Field{"images/heat", object, false, "{}"},
    Field{"images/heat/image", text, false, {}, 1, 512, Shape::image},
    Field{"images/heat/user", integer, false, "42424", 1, max_user},
    Field{"images/haproxy", object, false, "{}"},
    Field{"images/haproxy/image", text, false, {}, 1, 512, Shape::image},
    Field{"images/haproxy/user", integer, false, "99", 1, max_user},
    Field{"images/rabbitmq", object, false, "{}"},
    Field{"images/rabbitmq/image", text, false, {}, 1, 512, Shape::image},
    Field{"images/rabbitmq/user", integer, false, "999", 1, max_user},
    choice("images/pullPolicy", " Always IfNotPresent Never ", false, R"("IfNotPresent")"),
    Field{"images/pullSecrets", list, false, {}, 0, 16},
    Field{"images/pullSecrets[]", text, false, {}, 1, max_name, Shape::object_name},
    block("proxy", Part::pods, false, "{}"),
    Field{"proxy/replicas", integer, false, "2", 0, 50},
    choice("proxy/balance", " leastconn roundrobin source ", false, R"("leastconn")"),
    Field{"proxy/maxConnections", integer, false, "4000", 10, 1000000},
    Field{"proxy/timeouts", object, false, "{}"},
    Field{"proxy/timeouts/connect", duration, false, R"("5s")", 1, 60, Shape::duration},
    Field{"proxy/timeouts/client", duration, false, R"("120s")", 10, 3600, Shape::duration},
    Field{"proxy/timeouts/server", duration, false, R"("120s")", 61, 3600, Shape::duration},
    Field{"proxy/service", object, false, "{}"},
    choice("proxy/service/type", " ClusterIP NodePort LoadBalancer ", false, R"("ClusterIP")"),
    Field{"proxy/service/annotations", annotations, false, {}, 0, 32},
    Field{"proxy/publicURL", object},
    Field{"proxy/publicURL/orchestration", text, false, {}, 11, 512, Shape::api_url},
    Field{"proxy/publicURL/cloudformation", text, false, {}, 11, 512, Shape::api_url},
    Field{"proxy/tls", object},
    Field{"proxy/tls/secretName", text, true, {}, 1, max_name, Shape::object_name},
    block("api", Part::pods, false, "{}"),
    Field{"api/replicas", integer, false, "2", 0, 200},
    Field{"api/workers", integer, false, "2", 1, 64},
    Field{"api/threads", integer, false, "16", 1, 256},
    block("cfn", Part::pods, false, "{}"),
    Field{"cfn/replicas", integer, false, "1", 0, 200},
    Field{"cfn/workers", integer, false, "1", 1, 64},
    Field{"cfn/threads", integer, false, "16", 1, 256},
    block("engine", Part::pods, false, "{}"),
    Field{"engine/replicas", integer, false, "1", 0, 200},
    Field{"engine/workers", integer, false, "2", 1, 64},
    Field{"engine/drainTimeout", duration, false, R"("10m")", 10, day, Shape::duration},
    Field{"broker", object, true},
    block("broker/managed", Part::pods),
    Field{"broker/managed/replicas", integer, false, "3", 1, 7, Shape::any, " 1 3 5 7 "},
    Field{"broker/managed/credentialsGeneration", integer, false, "1", 1, 1000000},
    Field{"broker/managed/storage", object, false, "{}"},
    Field{"broker/managed/storage/size", quantity, false, R"("10Gi")", 0, 0, Shape::quantity},
    Field{"broker/managed/storage/storageClassName", text, false, {}, 1, max_name, Shape::object_name},
    choice("broker/managed/storage/whenDeleted", " Delete Retain ", false, R"("Delete")"),
    Field{"broker/external", object},
    Field{"broker/external/hosts", list, true, {}, 1, 16},
    Field{"broker/external/hosts[]", object},
    Field{"broker/external/hosts[]/host", text, true, {}, 1, 253, Shape::host},
    Field{"broker/external/hosts[]/port", integer, false, {}, 1, 65535},
    Field{"broker/external/virtualHost", text, false, R"("/")", 1, 255, Shape::virtual_host},
    Field{"broker/external/credentialsSecret", object, true},
    Field{"broker/external/credentialsSecret/name", text, true, {}, 1, max_name, Shape::object_name},
    Field{"broker/external/tls", object},
    Field{"broker/external/tls/caSecret", text, true, {}, 1, max_name, Shape::object_name},
    Field{"broker/rabbitmqCluster", object},
    Field{"broker/rabbitmqCluster/name", text, true, {}, 1, 240, Shape::object_name},
    choice("broker/queueType", " quorum classic ", false, R"("quorum")"),
    Field{"database", object, true},
    Field{"database/secretName", text, true, {}, 1, max_name, Shape::object_name},
    Field{"database/maxConnections", integer, false, "500", 1, 1000000},
    Field{"database/tls", object},
    Field{"database/tls/caSecret", text, true, {}, 1, max_name, Shape::object_name},
    Field{"identity", object, true},
    Field{"identity/keystone", object},
    Field{"identity/keystone/authURL", text, true, {}, 8, 512, Shape::url},
    Field{"identity/keystone/region", text, false, R"("RegionOne")", 1, 255, Shape::word},
    Field{"identity/keystone/secretName", text, true, {}, 1, max_name, Shape::object_name},
    Field{"identity/keystone/stackDomain", text, false, R"("heat")", 1, 64, Shape::word},
    Field{"identity/keystone/bootstrap", object},
    Field{"identity/keystone/bootstrap/adminSecretName", text, true, {}, 1, max_name, Shape::object_name},
    Field{"identity/noauth", object},
    Field{"encryptionKey", object},
    Field{"encryptionKey/secretName", text, true, {}, 1, max_name, Shape::object_name},
    Field{"config", object},
    Field{"config/heat", text, false, {}, 0, max_config},
    Field{"config/haproxy", text, false, {}, 0, max_config},
    Field{"config/rabbitmq", text, false, {}, 0, max_config},
    Field{"maintenance", object, false, "{}"},
    Field{"maintenance/purgeDeleted", object, false, "{}"},
    Field{"maintenance/purgeDeleted/schedule", text, false, R"("1 0 * * *")", 9, 128, Shape::schedule},
    Field{"maintenance/purgeDeleted/olderThan", duration, false, R"("30d")", 3600, 999 * day, Shape::duration},
};

constexpr std::array of_pods{
    Field{"resources", object},
    Field{"resources/limits", quantities, false, {}, 0, 16, Shape::quantity},
    Field{"resources/requests", quantities, false, {}, 0, 16, Shape::quantity},
    Field{"scheduling", object},
    Field{"scheduling/nodeSelector", labels, false, {}, 0, 32},
    Field{"scheduling/tolerations", list, false, {}, 0, 32},
    Field{"scheduling/tolerations[]", object},
    Field{"scheduling/tolerations[]/key", text, false, {}, 1, max_key, Shape::label_key},
    choice("scheduling/tolerations[]/operator", " Exists Equal "),
    Field{"scheduling/tolerations[]/value", text, false, {}, 0, max_label_value, Shape::label_value},
    choice("scheduling/tolerations[]/effect", " NoSchedule PreferNoSchedule NoExecute "),
    Field{"scheduling/tolerations[]/tolerationSeconds", integer, false, {}, 0, 2147483647},
    Field{"scheduling/priorityClassName", text, false, {}, 1, max_name, Shape::object_name},
    Field{"scheduling/affinity", object},
    block("scheduling/affinity/nodeAffinity", Part::node_affinity),
    block("scheduling/affinity/podAffinity", Part::pod_affinity),
    block("scheduling/affinity/podAntiAffinity", Part::pod_affinity),
    Field{"scheduling/topologySpreadConstraints", list, false, {}, 0, 8},
    Field{"scheduling/topologySpreadConstraints[]", object},
    Field{"scheduling/topologySpreadConstraints[]/maxSkew", integer, true, {}, 1, 1000},
    Field{"scheduling/topologySpreadConstraints[]/topologyKey", text, true, {}, 1, max_key, Shape::label_key},
    choice("scheduling/topologySpreadConstraints[]/whenUnsatisfiable", " DoNotSchedule ScheduleAnyway ", true),
    block("scheduling/topologySpreadConstraints[]/labelSelector", Part::label_selector),
    Field{"scheduling/topologySpreadConstraints[]/minDomains", integer, false, {}, 1, 1000},
    choice("scheduling/topologySpreadConstraints[]/nodeAffinityPolicy", " Honor Ignore "),
    Field{
        "scheduling/topologySpreadConstraints[]/nodeTaintsPolicy", text, false, {}, 0, 0, Shape::any, " Honor Ignore "},
    Field{"scheduling/topologySpreadConstraints[]/matchLabelKeys", list, false, {}, 0, 16},
    Field{"scheduling/topologySpreadConstraints[]/matchLabelKeys[]", text, false, {}, 1, max_key, Shape::label_key},
    Field{"podLabels", labels, false, {}, 0, 32},
    Field{"podAnnotations", annotations, false, {}, 0, 32},
    Field{"disruption", object},
    Field{"disruption/maxUnavailable", pods_down, false, "1", 0, 200, Shape::percentage},
};

constexpr std::array of_node_affinity{
    Field{"requiredDuringSchedulingIgnoredDuringExecution", object},
    Field{"requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms", list, true, {}, 1, 16},
    block("requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms[]", Part::node_term),
    Field{"preferredDuringSchedulingIgnoredDuringExecution", list, false, {}, 0, 16},
    Field{"preferredDuringSchedulingIgnoredDuringExecution[]", object},
    Field{"preferredDuringSchedulingIgnoredDuringExecution[]/weight", integer, true, {}, 1, 100},
    block("preferredDuringSchedulingIgnoredDuringExecution[]/preference", Part::node_term, true),
};

constexpr std::array of_pod_affinity{
    Field{"requiredDuringSchedulingIgnoredDuringExecution", list, false, {}, 0, 16},
    block("requiredDuringSchedulingIgnoredDuringExecution[]", Part::pod_term),
    Field{"preferredDuringSchedulingIgnoredDuringExecution", list, false, {}, 0, 16},
    Field{"preferredDuringSchedulingIgnoredDuringExecution[]", object},
    Field{"preferredDuringSchedulingIgnoredDuringExecution[]/weight", integer, true, {}, 1, 100},
    block("preferredDuringSchedulingIgnoredDuringExecution[]/podAffinityTerm", Part::pod_term, true),
};

constexpr std::array of_pod_term{
    Field{"topologyKey", text, true, {}, 1, max_key, Shape::label_key},
    block("labelSelector", Part::label_selector),
    block("namespaceSelector", Part::label_selector),
    Field{"namespaces", list, false, {}, 0, 16},
    Field{"namespaces[]", text, false, {}, 1, 63, Shape::dns_label},
};

constexpr std::array of_node_term{
    Field{"matchExpressions", list, false, {}, 0, 16},
    Field{"matchExpressions[]", object},
    Field{"matchExpressions[]/key", text, true, {}, 1, max_key, Shape::label_key},
    choice("matchExpressions[]/operator", " In NotIn Exists DoesNotExist Gt Lt ", true),
    Field{"matchExpressions[]/values", list, false, {}, 0, 64},
    Field{"matchExpressions[]/values[]", text, false, {}, 0, max_label_value, Shape::label_value},
    Field{"matchFields", list, false, {}, 0, 16},
    Field{"matchFields[]", object},
    choice("matchFields[]/key", " metadata.name ", true),
    choice("matchFields[]/operator", " In NotIn ", true),
    Field{"matchFields[]/values", list, true, {}, 1, 1},
    Field{"matchFields[]/values[]", text, false, {}, 1, max_name, Shape::object_name},
};

constexpr std::array of_label_selector{
    Field{"matchLabels", labels, false, {}, 0, 16},
    Field{"matchExpressions", list, false, {}, 0, 16},
    Field{"matchExpressions[]", object},
    Field{"matchExpressions[]/key", text, true, {}, 1, max_key, Shape::label_key},
    choice("matchExpressions[]/operator", " In NotIn Exists DoesNotExist ", true),
    Field{"matchExpressions[]/values", list, false, {}, 0, 64},
    Field{"matchExpressions[]/values[]", text, false, {}, 0, max_label_value, Shape::label_value},
};

}  // namespace

std::span<const Field> spec_fields() { return of_spec; }

std::span<const Field> part_fields(Part part) {
  switch (part) {
    case Part::none:
      return {};
    case Part::pods:
      return of_pods;
    case Part::node_affinity:
      return of_node_affinity;
    case Part::pod_affinity:
      return of_pod_affinity;
    case Part::pod_term:
      return of_pod_term;
    case Part::node_term:
      return of_node_term;
    case Part::label_selector:
      return of_label_selector;
  }
  return {};
}

}  // namespace heat
