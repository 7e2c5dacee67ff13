// heat.conf of engines and APIs: everything but what comes from Secrets.
#pragma once

#include <string>

#include "heat/spec.h"

namespace heat {

// The whole files. Each depends on nothing but the spec, and on replica counts only through reach. The engines' needs
// database_pool() to have an answer for this spec.
std::string engine_heat_conf(const Spec& spec);
// `component`: api or cfn.
std::string api_heat_conf(const Spec& spec, Component component);

// The base URL of the CloudFormation API that servers in stacks call, ".../v1"; empty where Keystone's catalogue tells.
std::string cloudformation_url(const Spec& spec);

}  // namespace heat
