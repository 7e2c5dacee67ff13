// The identity of every pod of the HeatCluster: one that can do nothing. Nobody binds a role to it, and its token is
// not mounted; it exists so that pods do not share the namespace's default one, which others may have given rights.
#include "heat/desired/objects.h"
#include "heat/names.h"

namespace heat {

json::Value service_account(const Plan& plan) {
  json::Value account =
      object(plan.spec, kube::types::service_account, service_account_name(plan.spec.name), std::string_view());
  account["automountServiceAccountToken"] = false;
  return account;
}

}  // namespace heat
