#include "reconcile/explain.h"

namespace reconcile {

std::string explain(const kube::Error& error) {
  if (!error.forbidden()) return error.text();
  return error.text() + " (grant the operator this right: manifests/access/cluster/clusterrole.yaml)";
}

}  // namespace reconcile
