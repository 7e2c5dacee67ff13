#!/usr/bin/env bash
# Writes what is derived from other files: manifests/install.yaml, and the chart's copies of the CRD and of the rights.
# The contract tests say when it has to be run again.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
for part in lib/say lib/go cluster/lib/programs; do
  # shellcheck source=/dev/null
  . "$ROOT/hack/$part.sh"
done

readonly CHART=$ROOT/charts/heat-operator

main() {
  (($# == 0)) || { say "usage: hack/generate.sh   writes manifests/install.yaml and the copies in charts/" && exit 2; }
  local kubectl
  kubectl=$(find_program kubectl) || { build_program kubectl && kubectl=$(cached kubectl); }

  mkdir -p -- "$CHART/files"
  cp -- "$ROOT/crds/heatclusters.yaml" "$ROOT/manifests/access/cluster/clusterrole.yaml" \
    "$ROOT/manifests/access/leader-role.yaml" "$CHART/files/"
  install_yaml "$kubectl" >"$ROOT/manifests/install.yaml.new"
  mv -f -- "$ROOT/manifests/install.yaml.new" "$ROOT/manifests/install.yaml"
}

# The CRD stands there as it is written: kustomize would write its anchors out, which makes it seven times as long.
install_yaml() {
  cat <<'HEAD'
# heat-operator for all namespaces, in one file: kubectl apply --server-side -f install.yaml
# Made from manifests/overlays/cluster by hack/generate.sh; docs/install.md tells how to use it.
HEAD
  cat -- "$ROOT/crds/heatclusters.yaml"
  "$1" kustomize "$ROOT/manifests/overlays/cluster" |
    awk 'BEGIN { RS = "---\n"; ORS = "" } !/\nkind: CustomResourceDefinition\n/ { print "---\n" $0 }'
}

main "$@"
