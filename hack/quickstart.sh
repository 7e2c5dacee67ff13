#!/usr/bin/env bash
# From a fresh clone to an operator that scales: builds it, starts a local Kubernetes, installs what the
# operator needs, runs it under its own rights, and shows a HeatCluster being scaled.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
for part in lib/say lib/processes cluster/lib/room cluster/lib/state cluster/lib/ports lib/operator; do
  # shellcheck source=/dev/null
  . "$ROOT/hack/$part.sh"
done

STATE=${XDG_STATE_HOME:-$HOME/.local/state}/heat-operator/quickstart
CACHE=${HEAT_OPERATOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/heat-operator}
readonly NAMESPACE=openstack SAMPLE=$ROOT/manifests/samples/noauth.yaml

usage() {
  cat <<USAGE
usage: hack/quickstart.sh [--yes]     builds, starts and shows everything, and leaves it running
       hack/quickstart.sh down        ends it and removes it

--yes installs missing Debian packages without asking. All of it stays on this machine: Kubernetes
listens on 127.0.0.1 only, and your own kubeconfig is not touched.
USAGE
}

main() {
  local yes=
  while (($#)); do
    case $1 in
      -y | --yes) yes=--yes ;;
      down) take_down && exit 0 ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done
  cd -- "$ROOT"
  leave_a_running_one_alone

  trap give_up EXIT
  step "1/7 What the build needs" hack/dependencies.sh $yes
  step "2/7 The operator" build_operator
  step "3/7 A local Kubernetes" hack/cluster/up.sh --state "$STATE"
  step "4/7 The HeatCluster resource and the operator's rights" install_resource
  step "5/7 The operator, as its own ServiceAccount" start_operator
  step "6/7 A HeatCluster" create_heat_cluster
  step "7/7 Scaling" scale_heat_cluster
  trap - EXIT

  tell_how_to_go_on
}

step() {
  STEP=$1
  heading "$STEP"
  "${@:2}"
}

build_operator() {
  cmake --preset release --log-level=WARNING
  cmake --build --preset release --target heat-operator
}

install_resource() {
  show kubectl apply --server-side --kustomize manifests/overlays/outside
  kubectl wait --for=condition=Established crd/heatclusters.heat.openstack.org --timeout=30s >/dev/null
}

create_heat_cluster() {
  say "The pods are simulated: kwok reports them as running, but no container runs and no Heat serves."
  say "Everything else is real: the API server, the controllers, the scheduler and the operator."
  show kubectl create namespace "$NAMESPACE"
  show kubectl apply --namespace "$NAMESPACE" --filename "${SAMPLE#"$ROOT/"}"
  show kubectl wait --namespace "$NAMESPACE" --for=condition=Ready hc/heat --timeout=120s
  show kubectl get --namespace "$NAMESPACE" hc
}

scale_heat_cluster() {
  say "By command:"
  show kubectl scale --namespace "$NAMESPACE" hc/heat --replicas=4
  show_engines 4

  say "By the manifest (below as a pipe; in life, edit the file):"
  show_edit
  show_engines 3
}

show_engines() {
  show kubectl wait --namespace "$NAMESPACE" --for="jsonpath={.status.engine.readyReplicas}=$1" hc/heat --timeout=120s
  show kubectl wait --namespace "$NAMESPACE" --for=condition=Ready hc/heat --timeout=120s
  show kubectl get --namespace "$NAMESPACE" hc
  show kubectl get --namespace "$NAMESPACE" pods --selector app.kubernetes.io/component=engine
}

show_edit() {
  local edited
  edited=$(sed '/engine:/,/replicas:/ s/replicas: 2/replicas: 3/' "$SAMPLE")
  # diff is false when it finds what it should find.
  diff --unified=1 --label noauth.yaml --label noauth.yaml "$SAMPLE" - <<<"$edited" | sed 's/^/    /' || true
  say "\$ kubectl apply --namespace $NAMESPACE --filename -"
  kubectl apply --namespace "$NAMESPACE" --filename - <<<"$edited"
}

# Prints a command as a person would type it, and runs it.
show() {
  say "\$ $*"
  "$@"
}

# Whatever kubectl and kubeconfig a person has, ours are meant here.
kubectl() { admin "$@"; }

leave_a_running_one_alone() {
  if ! is_state || ! is_in_use; then return; fi
  say "A quickstart is running already; nothing was built or started."
  say "For a fresh one, end it first: ./hack/quickstart.sh down"
  tell_how_to_go_on
  exit 0
}

tell_how_to_go_on() {
  cat <<TEXT

== It is running; the pods are simulated, no Heat runs in them. To go on in your shell:

  . $STATE/env                 # KUBECONFIG, and kubectl and helm on PATH
  kubectl get hc --namespace $NAMESPACE --watch
  kubectl scale hc/heat --namespace $NAMESPACE --replicas=5
  kubectl describe hc/heat --namespace $NAMESPACE

  the operator's log    $STATE/logs/heat-operator.log
  Kubernetes' logs      $STATE/logs/
  metrics               curl http://$(cat "$STATE/metrics-address")/metrics

End it: ./hack/quickstart.sh down
TEXT
}

# Whatever failed has said so itself; this adds what else is known and leaves nothing running, even
# where nobody reads on.
give_up() {
  trap - EXIT
  trap '' PIPE
  set +e
  say ""
  say "The quickstart stopped at step ${STEP:-}."
  if is_state; then
    show_conditions
    [[ ! -e "$STATE/logs/heat-operator.log" ]] || show_log "$STATE/logs/heat-operator.log"
    stop_all
    keep_only_logs
    say "Everything it had started is ended. The logs: $STATE/logs/ (./hack/quickstart.sh down removes them)"
  fi
  exit 1
}

show_conditions() {
  local conditions
  conditions=$(kubectl get --namespace "$NAMESPACE" hc/heat --request-timeout=5s \
    --output 'jsonpath={range .status.conditions[*]}  | {.type}={.status} {.reason} {.message}{"\n"}{end}' 2>/dev/null)
  [[ -z "$conditions" ]] || say "  what the HeatCluster says:"$'\n'"$conditions"
}

take_down() {
  "$ROOT/hack/cluster/down.sh" --state "$STATE"
  say "Kept, to be quick next time:"
  say "  programs of the local cluster   $CACHE   remove: rm -rf $CACHE"
  say "  the operator's build            $ROOT/build   remove: rm -rf $ROOT/build"
  say "  Go's build and module caches    remove: go clean -cache -modcache"
}

main "$@"
