#include "heat/desired/objects.h"
#include "heat/names.h"

namespace heat {

json::Value object(const Spec& spec, const kube::ResourceType& type, std::string name, std::string_view component) {
  // blockOwnerDeletion: a foreground deletion of the HeatCluster ends only when the children are gone.
  json::Value owner = json::object({{"apiVersion", heat_cluster.api_version()},
                                    {"kind", heat_cluster.kind},
                                    {"name", spec.name},
                                    {"uid", spec.uid},
                                    {"controller", true},
                                    {"blockOwnerDeletion", true}});
  json::Value metadata = json::object(
      {{"name", std::move(name)}, {"namespace", spec.namespace_name}, {"labels", labels(spec, component)}});
  metadata["ownerReferences"] = json::Value::array({std::move(owner)});
  json::Value body = json::object({{"apiVersion", type.api_version()}, {"kind", type.kind}});
  body["metadata"] = std::move(metadata);
  return body;
}

json::Value service_port(std::string_view name, long number) {
  return json::object({{"name", name}, {"port", number}, {"targetPort", number}, {"protocol", "TCP"}});
}

}  // namespace heat
