// Rights that are a test's own: a ServiceAccount heat-operator with Roles in the test's namespaces, beside the shipped
// one with its ClusterRole.
#pragma once

#include "kubectl.h"

namespace integration {

// The rules of what is installed: for the namespaces to work in, and for the Lease.
json::Value shipped_rules(const Kubectl& admin);
json::Value shipped_leader_rules(const Kubectl& admin);

// A Role heat-operator with these rules, bound to the ServiceAccount heat-operator of that namespace.
Objects role(const json::Value& rules, const std::string& account_namespace);

// These rules, with only `verbs` left of what they let do with `resource`.
json::Value with_verbs(const json::Value& rules, const std::string& resource, const std::vector<std::string>& verbs);

}  // namespace integration
