#!/usr/bin/env bash
# Ends what up.sh started, and whatever else is recorded there, and removes its directory.
set -euo pipefail

HERE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
for part in ../lib/say ../lib/processes lib/room lib/state; do
  # shellcheck source=/dev/null
  . "$HERE/$part.sh"
done

usage() {
  cat <<USAGE
usage: hack/cluster/down.sh [--state DIR]

Ends the local cluster in DIR and removes DIR (default: $DEFAULT_STATE).
Does nothing if there is none.
USAGE
}

main() {
  STATE=$DEFAULT_STATE
  while (($#)); do
    case $1 in
      --state) STATE=${2:?--state needs a directory} && shift ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done

  if [[ ! -e "$STATE" ]]; then
    say "No local cluster in $STATE."
    return
  fi
  is_state || fail "$STATE holds no local cluster and is left alone." "name its directory with --state"
  stop_all
  remove_state
  say "The local cluster in $STATE is gone."
}

main "$@"
