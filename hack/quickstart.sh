#!/usr/bin/env bash
# From a fresh clone to a Heat that scales: builds the operator and the images, starts a local Kubernetes with a real node,
# runs the operator under its own rights, brings Heat up, creates a stack, and scales. --simulated does without images and
# containers: the pods are played, and no Heat runs.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
for part in lib/say lib/processes cluster/lib/room cluster/lib/state cluster/lib/ports lib/operator; do
  # shellcheck source=/dev/null
  . "$ROOT/hack/$part.sh"
done

STATE=${XDG_STATE_HOME:-$HOME/.local/state}/heat-operator/quickstart
CACHE=${HEAT_OPERATOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/heat-operator}
readonly NAMESPACE=openstack

usage() {
  cat <<USAGE
usage: hack/quickstart.sh [--yes]                 as root: Heat in real pods; leaves it running
       hack/quickstart.sh [--yes] --simulated     the operator and its objects, with pods that are played
       hack/quickstart.sh down                    ends it and removes it

--yes installs missing Debian packages without asking. All of it stays on this machine: Kubernetes
listens on 127.0.0.1 only, pods have a network of their own, and your kubeconfig is not touched.
USAGE
}

main() {
  YES='' SIMULATED=no
  while (($#)); do
    case $1 in
      -y | --yes) YES=--yes ;;
      --simulated) SIMULATED=yes ;;
      down) take_down && exit 0 ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done
  cd -- "$ROOT"
  leave_a_running_one_alone

  if [[ "$SIMULATED" == no ]]; then
    ((EUID == 0)) || fail "Real pods need root." "run it with sudo, or see the operator alone: hack/quickstart.sh --simulated"
  fi
  trap give_up EXIT
  if [[ "$SIMULATED" == yes ]]; then show_simulated; else show_real; fi
  trap - EXIT

  tell_how_to_go_on
}

show_real() {
  step "1/8 What the build needs" hack/dependencies.sh $YES --node --images
  step "2/8 The operator" build_operator
  step "3/8 Images of Heat, HAProxy, RabbitMQ and MariaDB" build_images
  step "4/8 A local Kubernetes with a real node" start_real_cluster
  step "5/8 The HeatCluster resource, and the operator as its own ServiceAccount" install_and_start
  step "6/8 A database and a HeatCluster" create_real_heat
  step "7/8 A stack" create_stack
  step "8/8 Scaling" scale_real_heat
}

show_simulated() {
  step "1/7 What the build needs" hack/dependencies.sh $YES
  step "2/7 The operator" build_operator
  step "3/7 A local Kubernetes" hack/cluster/up.sh --state "$STATE"
  step "4/7 The HeatCluster resource and the operator's rights" install_resource
  step "5/7 The operator, as its own ServiceAccount" start_operator
  step "6/7 A HeatCluster" create_heat_cluster
  step "7/7 Scaling" scale_heat_cluster
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

build_images() {
  mapfile -t ARCHIVES < <(hack/images/build.sh heat haproxy rabbitmq mariadb pause | cut -f2)
  ((${#ARCHIVES[@]})) || fail "There are no images."
}

start_real_cluster() {
  hack/cluster/up.sh --node --state "$STATE"
  hack/cluster/import-images.sh --state "$STATE" "${ARCHIVES[@]}"
}

install_and_start() {
  install_resource
  start_operator
}

create_real_heat() {
  show kubectl create namespace "$NAMESPACE"
  show kubectl label namespace "$NAMESPACE" pod-security.kubernetes.io/enforce=restricted
  say "\$ sed 's#docker.io/library/mariadb:.*#localhost/mariadb:11.8#' manifests/samples/mariadb.yaml | kubectl apply --namespace $NAMESPACE --filename -"
  sed 's#docker.io/library/mariadb:.*#localhost/mariadb:11.8#' manifests/samples/mariadb.yaml |
    kubectl apply --namespace "$NAMESPACE" --filename -
  show kubectl apply --namespace "$NAMESPACE" --filename manifests/samples/minimal.yaml
  show kubectl wait --namespace "$NAMESPACE" --for=condition=Ready hc/heat --timeout=600s
  show kubectl get --namespace "$NAMESPACE" hc
  show kubectl get --namespace "$NAMESPACE" pods
}

# The image of Heat has its command line client, and an engine's pod lets it in; the call itself goes the way of any
# client: proxy, API, broker, engine, database.
openstack() {
  say "\$ openstack $*"
  kubectl exec --namespace "$NAMESPACE" heat-engine-0 -- \
    env OS_AUTH_TYPE=none OS_ENDPOINT=http://heat-proxy:8004/v1/admin openstack "$@"
}

create_stack() {
  openstack orchestration service list
  kubectl exec --stdin --namespace "$NAMESPACE" heat-engine-0 -- sh -c 'cat > /tmp/stack.yaml' <<'TEMPLATE'
heat_template_version: 2018-08-31
resources:
  secret: {type: OS::Heat::RandomString}
  group:
    type: OS::Heat::ResourceGroup
    properties: {count: 3, resource_def: {type: OS::Heat::TestResource, properties: {action_wait_secs: {create: 2}}}}
TEMPLATE
  openstack stack create --wait --template /tmp/stack.yaml first
  openstack stack list
}

scale_real_heat() {
  show kubectl scale --namespace "$NAMESPACE" hc/heat --replicas=4
  show kubectl wait --namespace "$NAMESPACE" --for=jsonpath=.status.engine.readyReplicas=4 hc/heat --timeout=300s
  show kubectl get --namespace "$NAMESPACE" hc
  openstack orchestration service list
}

create_heat_cluster() {
  say "The pods are simulated: kwok reports them as running, but no container runs and no Heat serves."
  say "Everything else is real: the API server, the controllers, the scheduler and the operator."
  show kubectl create namespace "$NAMESPACE"
  show kubectl apply --namespace "$NAMESPACE" --filename manifests/samples/noauth.yaml
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
  edited=$(sed '/engine:/,/replicas:/ s/replicas: 2/replicas: 3/' manifests/samples/noauth.yaml)
  # diff is false when it finds what it should find.
  diff --unified=1 --label noauth.yaml --label noauth.yaml manifests/samples/noauth.yaml - <<<"$edited" | sed 's/^/    /' || true
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

== It is running. To go on in your shell:

  . $STATE/env                 # KUBECONFIG, and kubectl and helm on PATH
  kubectl get hc --namespace $NAMESPACE --watch
  kubectl scale hc/heat --namespace $NAMESPACE --replicas=5
  kubectl describe hc/heat --namespace $NAMESPACE

  the operator's log    $STATE/logs/heat-operator.log
  Kubernetes' logs      $STATE/logs/
  metrics               curl http://$(cat "$STATE/metrics-address")/metrics
$(tell_about_pods)

End it: ./hack/quickstart.sh down
TEXT
}

tell_about_pods() {
  if [[ ! -d "$STATE/node" ]]; then
    echo "  The pods are simulated, no Heat runs in them."
    return
  fi
  cat <<TEXT
  a shell with Heat's client
                        kubectl exec -it heat-engine-0 --namespace $NAMESPACE -- env OS_AUTH_TYPE=none OS_ENDPOINT=http://heat-proxy:8004/v1/admin bash
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
    show_pods
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

# The pods, and of each that is not ready its last lines: they go with the node.
show_pods() {
  local pod
  kubectl get --namespace "$NAMESPACE" pods --request-timeout=5s 2>/dev/null | sed 's/^/  | /' >&2
  [[ -d "$STATE/node" ]] || return 0
  for pod in $(kubectl get --namespace "$NAMESPACE" pods --request-timeout=5s --output \
    'jsonpath={range .items[?(@.status.containerStatuses[0].ready==false)]}{.metadata.name} {end}' 2>/dev/null); do
    say "  last lines of pod $pod:"
    kubectl logs --namespace "$NAMESPACE" "$pod" --tail=15 --request-timeout=5s 2>&1 | cut -c1-300 | sed 's/^/  | /' >&2
  done
}

take_down() {
  "$ROOT/hack/cluster/down.sh" --state "$STATE"
  say "Kept, to be quick next time:"
  say "  programs of the local cluster, and images   $CACHE   remove: rm -rf $CACHE"
  say "  the operator's build            $ROOT/build   remove: rm -rf $ROOT/build"
  say "  Go's build and module caches    remove: go clean -cache -modcache"
}

main "$@"
