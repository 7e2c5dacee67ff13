#!/usr/bin/env bash
# Runs programs of images on a local cluster's real node as Kubernetes does not: beside it, in the node's own network.
set -euo pipefail

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
for part in ../lib/say ../lib/processes lib/room lib/state; do
  # shellcheck source=/dev/null
  . "$HERE/$part.sh"
done

# Where import-images.sh puts images. What kubelet sees there are the containers that it had made, and no others.
readonly IMAGES_NAMESPACE=k8s.io

usage() {
  cat <<USAGE
usage: hack/cluster/outside.sh [--state DIR] run NAME [--OPTION=VALUE…] IMAGE [COMMAND…]
       hack/cluster/outside.sh [--state DIR] end NAME…

run: runs COMMAND (without it: what the image runs) from IMAGE, which the node must have, on the real node
of the local cluster in DIR (default: $DEFAULT_STATE), until it ends. It has the network of the node and no
kubelet looks after it. OPTIONS are those of ctr run (--env, --mount), each with = and its value.
end: kills what runs by these names, if anything does, and waits until nothing of it is left.
USAGE
}

main() {
  STATE=$DEFAULT_STATE
  while (($#)); do
    case $1 in
      --state) STATE=${2:?--state needs a directory} && shift ;;
      -h | --help) usage && exit 0 ;;
      -*) usage >&2 && exit 2 ;;
      *) break ;;
    esac
    shift
  done
  (($# >= 2)) || { usage >&2 && exit 2; }
  enter_running_room
  case $1 in
    run) run_outside "${@:2}" ;;
    end) end_outside "${@:2}" ;;
    *) usage >&2 && exit 2 ;;
  esac
}

run_outside() {
  local name=$1
  local -a options=()
  shift
  while [[ "${1:-}" == --* ]]; do options+=("$1") && shift; done
  (($#)) || { usage >&2 && exit 2; }
  # The group is the cluster's, so that down.sh removes it whatever became of the container.
  exec "${IN_ROOM[@]}" ctr --namespace "$IMAGES_NAMESPACE" run --rm --net-host \
    --cgroup "/$(cgroup_name)/outside/$name" "${options[@]}" "$1" "$name" "${@:2}"
}

end_outside() {
  local name
  for name in "$@"; do containers tasks kill --signal SIGKILL "$name" || true; done
  for name in "$@"; do
    await 20 is_gone "$name" || fail "Something of $name is left." "hack/cluster/down.sh --state $STATE ends all of the cluster"
  done
}

# Whoever ran it removes it as well, unless that one is gone.
is_gone() {
  containers containers info "$1" || return 0
  containers tasks delete --force "$1" || true
  containers containers delete "$1" || true
  ! containers containers info "$1"
}

containers() { "${IN_ROOM[@]}" ctr --namespace "$IMAGES_NAMESPACE" "$@" >/dev/null 2>&1; }

main "$@"
