// api-paste.ini and policy.yaml: through which filters a call reaches Heat, and who may call what.
#pragma once

#include <string>
#include <string_view>

#include "heat/spec.h"

namespace heat {

// While this file is there, /healthcheck of an API pod answers 503: the proxy takes the pod out, and what is under way
// goes on.
inline constexpr std::string_view drain_file = "/tmp/heat-operator-drain";

// The whole api-paste.ini with the one pipeline that the identity needs. `component`: api or cfn.
std::string api_paste(const Spec& spec, Component component);

// Policies of an API where Heat's own do not do; empty where they do. `component`: api or cfn.
std::string api_policy(const Spec& spec, Component component);

// Whether its pipeline names the module of heat/config/ec2_filter.h.
bool reads_ec2_filter(const Spec& spec, Component component);

}  // namespace heat
