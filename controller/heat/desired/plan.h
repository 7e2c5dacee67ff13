// What all builders read, computed once for all objects that are rendered in a pass.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "heat/config/credentials_conf.h"
#include "heat/desired/broker_upgrade.h"
#include "heat/observed.h"
#include "heat/one_time_job.h"
#include "heat/spec.h"

namespace heat {

// What one component's pods read.
struct Configuration {
  std::map<std::string, std::string> files;  // of its ConfigMap
  std::string config_map;                    // its name, which holds a hash of them
  // HMAC by the encryption key of what they read of Secrets: shows a change, tells nothing else. Empty: nothing.
  std::string credentials_digest;
};

// What rendering goes by of the workloads as they are.
struct LiveState {
  std::string claim_template_size;        // of a managed broker's StatefulSet
  std::string draining_release;           // of engines that must end before those of the spec start; empty: none
  std::optional<BrokerStep> broker_step;  // heat/desired/broker_upgrade.h

  // What a managed broker's nodes run.
  const Image& broker_image(const Spec& spec) const { return broker_step ? broker_step->from : spec.images.rabbitmq; }
};
LiveState live_state(const Spec& spec, const Observed& observed);

struct Plan {
  const Spec& spec;
  std::optional<Credentials> credentials;  // nullopt: problems() or missing() was not asked, nothing may be touched
  std::map<std::string, std::string> secret_files;  // of x-credentials
  std::map<Component, Configuration> configurations;
  OneTimeJob db_sync;
  std::optional<OneTimeJob> keystone_bootstrap;  // nullopt: not asked for
  LiveState live;

  const Configuration& configuration(Component component) const { return configurations.at(component); }
};

// Of `observed` it reads the Secrets.
Plan make_plan(const Spec& spec, const Observed& observed, LiveState live);

}  // namespace heat
