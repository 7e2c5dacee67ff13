# shellcheck shell=bash
# The operator as a process beside the local cluster, under its own ServiceAccount.
#
# Uses ROOT and STATE.

start_operator() {
  local binary=$ROOT/build/release/heat-operator kubeconfig
  local -a ports
  mapfile -t ports < <(free_ports 2)
  kubeconfig=$("$ROOT/hack/cluster/operator-access.sh" --state "$STATE")
  printf '127.0.0.1:%s\n' "${ports[0]}" >"$STATE/metrics-address"

  # What hack/images makes, for a HeatCluster that names no images, as most samples do. Where pods are simulated, any
  # name will do.
  start_recorded "$STATE/run" heat-operator "$STATE/logs/heat-operator.log" env \
    HEAT_OPERATOR_IMAGE_HEAT=localhost/heat:{release} HEAT_OPERATOR_IMAGE_HAPROXY=localhost/haproxy:3.0 \
    HEAT_OPERATOR_IMAGE_RABBITMQ=localhost/rabbitmq:4.0 "$binary" \
    --kubeconfig "$kubeconfig" --leader-elect-namespace heat-operator-system \
    --metrics-bind-address "127.0.0.1:${ports[0]}" --health-probe-bind-address "127.0.0.1:${ports[1]}"
  await 30 _operator_is_ready_or_over "${ports[1]}" ||
    fail "The operator was not ready within 30s." "read $STATE/logs/heat-operator.log"
  is_running "$STATE/run" heat-operator ||
    fail "The operator ended." "read $STATE/logs/heat-operator.log"
  say "The operator is ready (pid $(cut -d' ' -f1 "$STATE/run/heat-operator"))."
}

_operator_is_ready_or_over() {
  ! is_running "$STATE/run" heat-operator ||
    curl --silent --fail --output /dev/null --max-time 5 --noproxy '*' "http://127.0.0.1:$1/readyz"
}
