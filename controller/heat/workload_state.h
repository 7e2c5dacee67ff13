// The StatefulSet or Deployment of a component, read for what gates, status and pruning ask of it.
#pragma once

#include <cstdint>
#include <string>

#include "heat/observed.h"

namespace heat {

struct WorkloadState {
  bool exists = false;
  bool current = false;  // its controller has seen the newest spec: the numbers below speak of it
  std::int64_t wanted = 0;
  std::int64_t replicas = 0;  // pods that exist, those that finish their work included
  std::int64_t ready = 0;
  std::int64_t updated = 0;
  bool one_revision = false;  // no pod of an older template is left
  std::string config;         // annotations of the pod template, heat/names.h
  std::string credentials;
  std::string release;       // of its pods: while those drain for another one, not that of the template
  std::string pod_template;  // hash of all of it
  Image image;               // of the template's first container, and whom its pods run as
  std::string trouble;  // why pods cannot be made or do not come up, as its controller says it; empty: it says nothing

  // Every pod runs the newest template, none too few and none too many.
  bool settled() const { return exists && current && one_revision && replicas == wanted && updated == wanted; }
  // What gates ask: as many as wanted serve, whatever their template.
  bool serves() const { return exists && current && ready >= wanted; }
  // Every pod, those that shall go apart, was made with what that digest stands for.
  bool has_rolled_onto(const std::string& credentials_digest) const {
    return exists && current && one_revision && credentials == credentials_digest;
  }
  // None is wanted, and none is there.
  bool gone() const { return exists && current && wanted == 0 && replicas == 0; }
};

WorkloadState workload_state(const Observed& observed, Component component);

}  // namespace heat
