// The builders of desired(), one object a file, and what they share.
#pragma once

#include <string>

#include "heat/desired/desired.h"
#include "heat/spec.h"
#include "json/json.h"

namespace heat {

// Computed once and read by every builder.
struct Plan {
  const Spec& spec;
  std::string heat_conf;
  std::string config_map;  // name of the ConfigMap with that content
  std::string credentials_conf;
  std::string credentials_digest;  // HMAC of credentials_conf by the encryption key: shows a change, tells nothing else
  std::string database;            // hash of release, image and database: what a db-sync is done for
  std::string db_sync_job;         // name
};

DesiredObject service_account(const Plan& plan);
DesiredObject credentials_secret(const Plan& plan);
DesiredObject config_map(const Plan& plan);
DesiredObject db_sync_job(const Plan& plan);
DesiredObject engine_service(const Plan& plan);
DesiredObject engine_stateful_set(const Plan& plan);

// An apply body with apiVersion, kind and metadata: name, labels, and the HeatCluster as the controlling owner.
DesiredObject object(const Spec& spec, const kube::ResourceType& type, std::string name, std::string_view component);

}  // namespace heat
