#!/usr/bin/env bash
# Lets a program outside the cluster act as the operator's own ServiceAccount: a kubeconfig that
# names a token file, and a background process that renews the token in time. Running as admin
# instead would hide every right that is missing from the shipped RBAC.
set -euo pipefail

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
for part in ../lib/say ../lib/processes lib/kubeconfig lib/state; do
  # shellcheck source=/dev/null
  . "$HERE/$part.sh"
done

readonly RENEWER=token-renewer

usage() {
  cat <<USAGE
usage: hack/cluster/operator-access.sh [--state DIR] [--duration SECONDS] [--renew-every SECONDS]

Writes DIR/operator.kubeconfig for the ServiceAccount heat-operator-system/heat-operator and prints
its path. manifests/overlays/outside must be applied. hack/cluster/down.sh ends the renewal.

  --state DIR            the local cluster (default: $DEFAULT_STATE)
  --duration SECONDS     life of one token, at least 600 (default: 3600)
  --renew-every SECONDS  (default: a third of the duration)
USAGE
}

main() {
  read_arguments "$@"
  if ! is_state || ! is_in_use; then
    fail "No local cluster runs in $STATE." "start one: hack/cluster/up.sh --state $STATE"
  fi

  local server token=$STATE/operator-token
  local -a renewal=("$HERE/renew-token.sh" "$STATE/bin/kubectl" "$STATE/admin.kubeconfig" "$token" "$DURATION")
  server=$(admin config view --minify --output 'jsonpath={.clusters[0].cluster.server}')
  export KUBERC=off KUBECACHEDIR=$STATE/kubectl-cache
  stop_recorded "$STATE/run" "$RENEWER"
  "${renewal[@]}" once || fail "No token for the operator's ServiceAccount." \
    "apply manifests/overlays/outside first: kubectl apply --server-side -k manifests/overlays/outside"
  start_recorded "$STATE/run" "$RENEWER" "$STATE/logs/$RENEWER.log" "${renewal[@]}" "$EVERY"
  token_kubeconfig "$STATE/operator.kubeconfig" "$server" "$STATE/certificates" heat-operator "$token"
  printf '%s\n' "$STATE/operator.kubeconfig"
}

read_arguments() {
  STATE=$DEFAULT_STATE DURATION=3600 EVERY=
  while (($#)); do
    case $1 in
      --state) STATE=${2:?--state needs a directory} && shift ;;
      --duration) DURATION=${2:?--duration needs seconds} && shift ;;
      --renew-every) EVERY=${2:?--renew-every needs seconds} && shift ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done
  EVERY=${EVERY:-$((DURATION / 3))}
  STATE=$(realpath --canonicalize-missing -- "$STATE")
}

main "$@"
