#!/usr/bin/env bash
# Gives images to a local cluster's real node, which fetches none by itself.
set -euo pipefail

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
for part in ../lib/say ../lib/processes lib/room lib/state; do
  # shellcheck source=/dev/null
  . "$HERE/$part.sh"
done

usage() {
  cat <<USAGE
usage: hack/cluster/import-images.sh [--state DIR] ARCHIVE…

Imports OCI archives (hack/images/build.sh makes some) into the real node of the local cluster in DIR
(default: $DEFAULT_STATE). Pods use them by the names that the archives hold.
USAGE
}

main() {
  STATE=$DEFAULT_STATE
  local -a archives=()
  while (($#)); do
    case $1 in
      --state) STATE=${2:?--state needs a directory} && shift ;;
      -h | --help) usage && exit 0 ;;
      -*) usage >&2 && exit 2 ;;
      *) archives+=("$(realpath -- "$1")") ;;
    esac
    shift
  done
  ((${#archives[@]})) || { usage >&2 && exit 2; }
  enter_running_room
  local archive
  for archive in "${archives[@]}"; do
    with_progress "importing ${archive##*/}" "$STATE/logs/import.log" \
      "${IN_ROOM[@]}" ctr --namespace k8s.io images import "$archive" || {
      show_log "$STATE/logs/import.log"
      fail "$archive could not be imported." "is it an OCI archive?"
    }
  done
}

main "$@"
