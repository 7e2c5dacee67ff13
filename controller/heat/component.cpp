#include "heat/component.h"

namespace heat {

std::int64_t replicas(const Spec& spec, Component component) {
  switch (component) {
    case Component::broker:
      return spec.broker.managed() == nullptr ? 0 : spec.broker.managed()->replicas;
    case Component::engine:
      return spec.engine.replicas;
    case Component::api:
      return spec.api.replicas;
    case Component::cfn:
      return spec.cfn.replicas;
    case Component::proxy:
      return spec.proxy.replicas;
  }
  return 0;
}

bool exists(const Spec& spec, Component component) {
  if (component == Component::broker && spec.broker.managed() == nullptr) return false;
  return !image(spec, component).reference.empty();
}

const Image& image(const Spec& spec, Component component) {
  if (runs_heat(component)) return spec.images.heat;
  return component == Component::proxy ? spec.images.haproxy : spec.images.rabbitmq;
}

const PodSettings& pod_settings(const Spec& spec, Component component) {
  static const PodSettings none;
  switch (component) {
    case Component::broker:
      return spec.broker.managed() == nullptr ? none : spec.broker.managed()->pods;
    case Component::engine:
      return spec.engine.pods;
    case Component::api:
      return spec.api.pods;
    case Component::cfn:
      return spec.cfn.pods;
    case Component::proxy:
      return spec.proxy.pods;
  }
  return none;
}

}  // namespace heat
