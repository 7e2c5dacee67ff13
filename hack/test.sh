#!/usr/bin/env bash
# Builds, and runs the tests level by level. docs/ and CONTRIBUTING.md tell what the levels are for.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
for part in lib/say lib/levels lib/mutants; do
  # shellcheck source=/dev/null
  . "$ROOT/hack/$part.sh"
done

readonly -a DEFAULT_LEVELS=(unit contract fake property integration sanitize)
readonly -a ALL_LEVELS=("${DEFAULT_LEVELS[@]}" e2e mutants bench)

usage() {
  cat <<USAGE
usage: hack/test.sh [--yes] [--release RELEASE] [LEVEL…]

  unit         pure functions and state machines, nothing outside
  contract     what the files promise each other: CRD, manifests, chart, docs, code
  fake         the operator's machinery against an API server in the same process
  property     convergence from any state under faults
  integration  real control planes on loopback, the newest and the oldest supported
               Kubernetes (built at the first run: minutes)
  sanitize     unit, contract, fake and property under ASan+UBSan and under TSan
  e2e          Heat itself in pods on a real node, as root (its images are built at the first run: minutes)
  mutants      the tests tested: bugs seeded into a copy of the source, each of which property must catch
  bench        benchmarks against a real API server: figures, not a verdict

Without a level: all but e2e, mutants and bench. --yes installs missing packages without asking. --release is that of
Heat in e2e (default: 2025.1; hack/images/build.sh --help lists them).
USAGE
}

main() {
  read_arguments "$@"
  cd -- "$ROOT"
  local -a more=()
  [[ " ${LEVELS[*]} " != *" e2e "* ]] || more=(--node --images --operator-image)
  "$ROOT/hack/dependencies.sh" ${YES:+--yes} "${more[@]}"

  RESULTS=$(mktemp -d)
  trap clean_up EXIT
  local level
  for level in "${LEVELS[@]}"; do run_level "$level"; done
  report
}

# shellcheck disable=SC2034 # RELEASE is used in lib/levels.sh.
read_arguments() {
  YES='' LEVELS=() RELEASE=2025.1
  while (($#)); do
    case $1 in
      -y | --yes) YES=yes ;;
      --release) RELEASE=${2:?--release needs a release of Heat} && shift ;;
      -h | --help) usage && exit 0 ;;
      *)
        [[ " ${ALL_LEVELS[*]} " == *" $1 "* ]] || { usage >&2 && exit 2; }
        LEVELS+=("$1")
        ;;
    esac
    shift
  done
  ((${#LEVELS[@]})) || LEVELS=("${DEFAULT_LEVELS[@]}")
}

clean_up() {
  end_cluster
  rm -rf -- "$RESULTS"
}

main "$@"
