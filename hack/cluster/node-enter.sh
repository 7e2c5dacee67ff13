#!/usr/bin/env bash
# Runs a command in the network of a local cluster's real node, where pods and Services can be called.
set -euo pipefail

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
for part in ../lib/say ../lib/processes lib/room lib/state; do
  # shellcheck source=/dev/null
  . "$HERE/$part.sh"
done

usage() {
  cat <<USAGE
usage: hack/cluster/node-enter.sh [--state DIR] [--all] COMMAND…

Runs COMMAND in the network of the real node of the local cluster in DIR (default: $DEFAULT_STATE),
as root. Names of Services are known to pods only: ask for addresses.

  --all   in the node's mounts and processes too: for ctr
USAGE
}

# shellcheck disable=SC2034 # STATE: used in lib/
main() {
  STATE=$DEFAULT_STATE
  local all=no
  while (($#)); do
    case $1 in
      --state) STATE=${2:?--state needs a directory} && shift ;;
      --all) all=yes ;;
      -h | --help) usage && exit 0 ;;
      -*) usage >&2 && exit 2 ;;
      *) break ;;
    esac
    shift
  done
  (($#)) || { usage >&2 && exit 2; }
  enter_running_room
  if [[ "$all" == yes ]]; then exec "${IN_ROOM[@]}" "$@"; else exec "${IN_NETWORK[@]}" "$@"; fi
}

main "$@"
