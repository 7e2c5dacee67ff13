#!/usr/bin/env bash
# Starts a Kubernetes control plane on loopback, as plain processes: etcd, kube-apiserver,
# kube-controller-manager, kube-scheduler, and kwok, which plays one node and its pods, or with --node
# a real node: containerd, kubelet, kube-proxy and CoreDNS in namespaces of their own.
# README.md beside this file tells more.
set -euo pipefail

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR
for part in ../lib/say ../lib/processes ../lib/go lib/programs lib/ports lib/certificates lib/kubeconfig lib/control-plane lib/room lib/node lib/volumes lib/state; do
  # shellcheck source=/dev/null
  . "$HERE/$part.sh"
done

usage() {
  cat <<USAGE
usage: hack/cluster/up.sh [--state DIR] [--kubernetes VERSION] [--node | --no-controllers] [--audit]

Starts a local Kubernetes control plane, on free ports of 127.0.0.1.

  --state DIR        where all of it lies (default: $DEFAULT_STATE)
  --kubernetes V     newest (the default) or 1.34
  --node             a real node, whose pods run (as root; hack/dependencies.sh --node installs what it
                     needs), in place of a simulated one
  --no-controllers   etcd and kube-apiserver only: no pods, for benchmarks
  --audit            record in DIR/logs/audit.log what the operator's ServiceAccount asks for

End it with hack/cluster/down.sh [--state DIR].
USAGE
}

main() {
  read_arguments "$@"
  refuse_foreign_directory
  if is_state; then replace_leftovers; fi

  make_state
  trap give_up EXIT
  if [[ "$NODE" == yes ]]; then link_programs "$STATE/bin" --node; else link_programs "$STATE/bin"; fi
  choose_ports
  make_identities

  say "Starting Kubernetes in $STATE"
  if [[ "$NODE" == yes ]]; then open_room && enter_room; fi
  start_etcd
  if [[ "$NODE" == yes ]]; then start_forwarder; fi
  start_apiserver
  if [[ "$CONTROLLERS" == yes ]]; then start_controllers; fi
  write_env
  trap - EXIT

  say "Kubernetes $(server_version) is up at $SERVER ($(duration $SECONDS)); to use it:"
  say "  . $STATE/env"
}

read_arguments() {
  # shellcheck disable=SC2034 # AUDIT, IN_NETWORK: used in lib/
  STATE=$DEFAULT_STATE CONTROLLERS=yes AUDIT=no NODE=no IN_NETWORK=()
  while (($#)); do
    case $1 in
      --state) STATE=${2:?--state needs a directory} && shift ;;
      --kubernetes) use_kubernetes "${2:?--kubernetes needs a version}" && shift ;;
      --node) NODE=yes ;;
      --no-controllers) CONTROLLERS=no ;;
      --audit) AUDIT=yes ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done
  [[ "$NODE$CONTROLLERS" != yesno ]] || fail "A node without controllers is of no use." "leave out one of --node and --no-controllers"
  [[ "$NODE" == no ]] || require_node_packages
}

replace_leftovers() {
  ! is_in_use || fail "A local cluster runs in $STATE already." \
    "use it (. $STATE/env) or end it first: hack/cluster/down.sh --state $STATE"
  remove_state
}

make_identities() {
  local name
  make_certificates "$STATE/certificates"
  local -a names=(admin kube-controller-manager kube-scheduler)
  if [[ "$NODE" == yes ]]; then names+=(kubelet kube-proxy coredns); else names+=(kwok); fi
  for name in "${names[@]}"; do
    certificate_kubeconfig "$STATE/$name.kubeconfig" "$SERVER" "$STATE/certificates" "$name"
  done
}

start_controllers() {
  start_controller_manager
  start_scheduler
  if [[ "$NODE" == yes ]]; then
    start_node
    await_controllers
    make_volumes "$NODE_NAME"
  else
    start_kwok
    admin apply --filename "$HERE/node.yaml" >/dev/null
    await_controllers
    await_part kwok 60 node_is_ready
    make_volumes simulated
  fi
}

server_version() { admin version --output json | jq -r .serverVersion.gitVersion; }

write_env() {
  cat >"$STATE/env" <<ENV
export KUBECONFIG='$STATE/admin.kubeconfig'
export KUBECACHEDIR='$STATE/kubectl-cache'
export PATH='$STATE/bin':"\$PATH"
ENV
}

# Half a cluster is of no use: end what was started, but keep what tells why. It ends even where nobody
# reads on.
give_up() {
  trap - EXIT
  trap '' PIPE
  set +e
  stop_all
  keep_only_logs
}

main "$@"
