// x-broker is what Heat connects to, whatever the number of nodes; x-broker-nodes gives each node the name that the
// others know it by, from before it is ready.
#include "heat/component.h"
#include "heat/config/rabbitmq_conf.h"
#include "heat/desired/objects.h"
#include "heat/names.h"

namespace heat {

json::Value broker_service(const Plan& plan) {
  const ComponentTraits& broker = traits(Component::broker);
  json::Value service =
      object(plan.spec, kube::types::service, workload_name(plan.spec.name, Component::broker), broker.name);
  service["spec"] = json::object({{"type", "ClusterIP"},
                                  {"ports", json::Value::array({service_port("amqp", broker.port)})},
                                  {"selector", selector_labels(plan.spec, broker.name)}});
  return service;
}

json::Value broker_nodes_service(const Plan& plan) {
  const std::string_view name = traits(Component::broker).name;
  json::Value service = object(plan.spec, kube::types::service, broker_nodes_name(plan.spec.name), name);
  json::Value ports = json::Value::array();
  ports.push_back(service_port("epmd", broker_epmd_port));
  ports.push_back(service_port("distribution", broker_distribution_port));
  ports.push_back(service_port("management", broker_management_port));
  ports.push_back(service_port("metrics", broker_metrics_port));
  service["spec"] = json::object({{"type", "ClusterIP"},
                                  {"clusterIP", "None"},
                                  {"publishNotReadyAddresses", true},
                                  {"ports", std::move(ports)},
                                  {"selector", selector_labels(plan.spec, name)}});
  return service;
}

}  // namespace heat
