// What all builders read, computed once for all objects that are rendered in a pass.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "heat/config/credentials_conf.h"
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

struct Plan {
  const Spec& spec;
  std::optional<Credentials> credentials;  // nullopt: problems() or missing() was not asked, nothing may be touched
  std::map<std::string, std::string> secret_files;  // of x-credentials
  std::map<Component, Configuration> configurations;
  OneTimeJob db_sync;
  std::optional<OneTimeJob> keystone_bootstrap;  // nullopt: not asked for
  std::string claim_template_size;               // of a managed broker's StatefulSet

  const Configuration& configuration(Component component) const { return configurations.at(component); }
};

// Of `observed` it reads the Secrets.
Plan make_plan(const Spec& spec, const Observed& observed, std::string claim_template_size);

}  // namespace heat
