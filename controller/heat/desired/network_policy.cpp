// Who may connect to a component's pods. Kubelets always may, for their probes. What pods connect to themselves is
// bounded only where it is all in the cluster: engines and APIs call the database, Keystone and the other OpenStack
// services, wherever those are.
#include "heat/component.h"
#include "heat/config/haproxy_cfg.h"
#include "heat/config/rabbitmq_conf.h"
#include "heat/desired/broker_login.h"
#include "heat/desired/objects.h"
#include "heat/names.h"

namespace heat {
namespace {

json::Value tcp(const std::vector<long>& numbers) {
  json::Value list = json::Value::array();
  for (const long number : numbers) list.push_back(json::object({{"port", number}, {"protocol", "TCP"}}));
  return list;
}

json::Value pods_of(const Spec& spec, std::string_view component) {
  return json::object({{"podSelector", json::object({{"matchLabels", selector_labels(spec, component)}})}});
}

json::Value pods_of(const Spec& spec, const std::vector<Component>& components) {
  json::Value list = json::Value::array();
  for (const Component component : components) list.push_back(pods_of(spec, traits(component).name));
  return list;
}

// The API server gives each namespace this label.
json::Value any_pod_in_the_cluster() {
  json::Value named = json::object({{"key", "kubernetes.io/metadata.name"}, {"operator", "Exists"}});
  return json::Value::array({json::object(
      {{"namespaceSelector", json::object({{"matchExpressions", json::Value::array({std::move(named)})}})}})});
}

// In any namespace: it asks Heat which engines are registered.
json::Value operator_pods() {
  json::Value peer = any_pod_in_the_cluster().front();
  peer["podSelector"] = json::object({{"matchLabels", json::object({{"app.kubernetes.io/name", "heat-operator"}})}});
  return peer;
}

json::Value rule(const char* side, json::Value peers, json::Value ports) {
  return {{side, std::move(peers)}, {"ports", std::move(ports)}};
}

json::Value proxy_ingress() {
  json::Value rules = json::Value::array();
  rules.push_back(json::object({{"ports", tcp({traits(Component::api).port, traits(Component::cfn).port})}}));
  rules.push_back(rule("from", any_pod_in_the_cluster(), tcp({proxy_metrics_port})));
  return rules;
}

json::Value broker_ingress(const Spec& spec) {
  json::Value rules = json::Value::array();
  rules.push_back(rule("from", pods_of(spec, {Component::engine, Component::api, Component::cfn}),
                       tcp({traits(Component::broker).port})));
  json::Value peers = pods_of(spec, std::vector{Component::broker});
  peers.push_back(pods_of(spec, broker_check_component));
  if (broker_users(spec)) peers.push_back(pods_of(spec, broker_users_component));
  rules.push_back(rule("from", std::move(peers), tcp({broker_epmd_port, broker_distribution_port})));
  // The management API wants the password; the operator may be in any namespace.
  rules.push_back(rule("from", any_pod_in_the_cluster(), tcp({broker_management_port, broker_metrics_port})));
  return rules;
}

// 5353 is where some distributions' DNS pods listen behind port 53.
json::Value dns() {
  json::Value list = json::Value::array();
  for (const char* protocol : {"UDP", "TCP"}) {
    for (const int number : {53, 5353}) list.push_back(json::object({{"port", number}, {"protocol", protocol}}));
  }
  return json::object({{"ports", std::move(list)}});
}

json::Value proxy_egress(const Spec& spec) {
  json::Value rules = json::Value::array({dns()});
  for (const Component component : {Component::api, Component::cfn}) {
    rules.push_back(rule("to", pods_of(spec, std::vector{component}), tcp({traits(component).port})));
  }
  return rules;
}

json::Value broker_egress(const Spec& spec) {
  json::Value rules = json::Value::array({dns()});
  rules.push_back(
      rule("to", pods_of(spec, std::vector{Component::broker}), tcp({broker_epmd_port, broker_distribution_port})));
  return rules;
}

}  // namespace

json::Value network_policy(const Plan& plan, Component component) {
  const Spec& spec = plan.spec;
  const ComponentTraits& each = traits(component);
  json::Value policy = object(spec, kube::types::network_policy, workload_name(spec.name, component), each.name);
  json::Value body = json::object({{"podSelector", json::object({{"matchLabels", selector_labels(spec, each.name)}})},
                                   {"policyTypes", json::Value::array({"Ingress"})}});
  switch (component) {
    case Component::broker:
      body["policyTypes"].push_back("Egress");
      body["ingress"] = broker_ingress(spec);
      body["egress"] = broker_egress(spec);
      break;
    case Component::proxy:
      body["policyTypes"].push_back("Egress");
      body["ingress"] = proxy_ingress();
      body["egress"] = proxy_egress(spec);
      break;
    case Component::api:
    case Component::cfn: {
      json::Value callers = pods_of(spec, std::vector{Component::proxy});
      if (component == Component::api) callers.push_back(operator_pods());
      body["ingress"] = json::Value::array({rule("from", std::move(callers), tcp({each.port}))});
      break;
    }
    case Component::engine:
      break;  // no rule: nobody
  }
  policy["spec"] = std::move(body);
  return policy;
}

}  // namespace heat
