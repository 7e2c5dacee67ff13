#!/usr/bin/env bash
# Writes a ServiceAccount token into a file, once or again and again until it is ended.
# Started by operator-access.sh: renew-token.sh KUBECTL KUBECONFIG FILE DURATION once|EVERY
set -euo pipefail

KUBECTL=$1 KUBECONFIG=$2 FILE=$3 DURATION=$4 EVERY=$5
export KUBECONFIG

readonly RETRY=5

main() {
  if [[ "$EVERY" == once ]]; then
    renew
    return
  fi
  local pause=$EVERY
  while sleep "$pause"; do
    if renew; then
      pause=$EVERY
    else
      echo "$(date -u +%FT%TZ) the token could not be renewed; next try in ${RETRY}s" >&2
      pause=$RETRY
    fi
  done
}

# A reader finds the old token or the new one, never half of one: mktemp makes the new file, for its
# owner alone, and mv puts it in the old one's place.
renew() {
  local new
  new=$(mktemp "$FILE.XXXXXX") || return 1
  if "$KUBECTL" create token heat-operator --namespace heat-operator-system --duration "${DURATION}s" >"$new" &&
    mv -f -- "$new" "$FILE"; then
    return 0
  fi
  rm -f -- "$new"
  return 1
}

main
