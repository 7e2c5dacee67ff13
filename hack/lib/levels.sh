# shellcheck shell=bash
# The levels of hack/test.sh. One that fails does not keep the next from running, so nothing here may
# rely on `set -e`: each step is chained to the one before.
#
# Uses ROOT, RESULTS (a directory for ctest's reports), LEVELS, ALL_LEVELS and RELEASE (of Heat).

declare -a ROWS=()
declare -i PASSED=0 FAILED=0 SKIPPED=0
declare -i BEGAN=0
CLUSTER=
# What a command of the level is run through: nothing, or the way into the node's network.
declare -a AROUND=()
readonly OLDEST_KUBERNETES=1.34
# Integration tests wait for others' work more than they work themselves.
INTEGRATION_JOBS=$(($(nproc) + 1))
# Each is a whole Heat (tests/e2e/CMakeLists.txt).
readonly E2E_JOBS=2

run_level() {
  case $1 in
    unit | contract | property) in_build "$1" release "$1" ;;
    fake) in_build fake release fake_api ;;
    integration) integration ;;
    mutants) run_mutants ;;
    e2e) on_cluster e2e e2e --verbose --parallel "$E2E_JOBS" -- --node ;;
    # Without controllers: pods are not what is measured.
    bench) on_cluster bench bench --verbose -- --no-controllers ;;
    sanitize)
      in_build sanitize-asan asan 'unit|contract|fake_api|property'
      in_build sanitize-tsan tsan 'unit|contract|fake_api|property'
      ;;
  esac
}

# in_build NAME PRESET LABELS
in_build() {
  local name=$1 preset=$2 labels=$3
  BEGAN=$SECONDS
  heading "$name"
  if build "$preset"; then
    run_ctest "$name" "$preset" "$labels" --parallel "$(nproc)"
  else
    record "$name" "the build failed" 0 1 0
  fi
}

# One level, on the newest and on the oldest Kubernetes that is supported.
integration() {
  on_cluster integration integration --parallel "$INTEGRATION_JOBS" -- --audit
  on_cluster "integration-$OLDEST_KUBERNETES" integration --parallel "$INTEGRATION_JOBS" -- \
    --kubernetes "$OLDEST_KUBERNETES"
}

# on_cluster NAME LABEL [CTEST OPTION…] -- [UP OPTION…]
on_cluster() {
  local name=$1 label=$2
  local -a options=() targets=()
  shift 2
  [[ "$name" != e2e ]] || targets=(e2e_tests)
  while [[ "$1" != -- ]]; do options+=("$1") && shift; done
  shift
  BEGAN=$SECONDS
  heading "$name"
  if ! build release "${targets[@]}"; then
    record "$name" "the build failed" 0 1 0
  elif ! start_cluster "$@"; then
    record "$name" "the local cluster did not start" 0 1 0
  elif [[ "$name" == e2e ]] && ! import_images; then
    record "$name" "there are no images for the node" 0 1 0
  else
    run_ctest "$name" release "$label" "${options[@]}"
    # Only the whole run can tell, and only where it was recorded.
    [[ ! -s "$HEAT_OPERATOR_TEST_AUDIT_LOG" ]] || compare_rights
  fi
  end_cluster
}

# What the operator asked for while the tests ran, against what it may.
compare_rights() {
  BEGAN=$SECONDS
  heading "rights"
  run_ctest rights release used_rights
}

# build PRESET [TARGET…]: without a target all of them
build() {
  local preset=$1
  shift
  cmake --preset "$preset" --log-level=WARNING && cmake --build --preset "$preset" ${1:+--target "$@"}
}

# The tests may do everything in this cluster; those of the operator's own rights make themselves a
# kubeconfig for them.
start_cluster() {
  CLUSTER=$(mktemp -d) || return 1
  "$ROOT/hack/cluster/up.sh" --state "$CLUSTER" "$@" || return 1
  export HEAT_OPERATOR_TEST_KUBECONFIG=$CLUSTER/admin.kubeconfig
  export KUBECACHEDIR=$CLUSTER/kubectl-cache KUBERC=off
  export HEAT_OPERATOR_TEST_BIN=$CLUSTER/bin
  export HEAT_OPERATOR_TEST_AUDIT_LOG=$CLUSTER/logs/audit.log
  export HEAT_OPERATOR_TEST_THROWN_AWAY=yes
  export HEAT_OPERATOR_BINARY=$ROOT/build/release/heat-operator
}

# Pods and Services are called from inside the node's network, where the API server is on loopback too. The operator is
# an image like the others, built as a user builds it.
import_images() {
  local image
  local -a archives=("$CLUSTER/heat-operator.tar")
  export HEAT_OPERATOR_TEST_IMAGE_OPERATOR=localhost/heat-operator:e2e
  with_progress "building the operator's image" "$CLUSTER/logs/image.log" "$ROOT/hack/image.sh" --bootstrap \
    --tag "$HEAT_OPERATOR_TEST_IMAGE_OPERATOR" --archive "${archives[0]}" ||
    { show_log "$CLUSTER/logs/image.log" && return 1; }
  for image in heat haproxy rabbitmq mariadb keystone pause; do
    add_image "${image^^}" "$RELEASE" "$image" || return 1
  done
  add_updates || return 1
  "$ROOT/hack/cluster/import-images.sh" --state "$CLUSTER" "${archives[@]}" || return 1
  # The same RabbitMQ by another name: the node takes it for another image.
  export HEAT_OPERATOR_TEST_IMAGE_RABBITMQ_AGAIN=$HEAT_OPERATOR_TEST_IMAGE_RABBITMQ-again
  "$ROOT/hack/cluster/node-enter.sh" --state "$CLUSTER" --all ctr --namespace k8s.io images tag \
    "$HEAT_OPERATOR_TEST_IMAGE_RABBITMQ" "$HEAT_OPERATOR_TEST_IMAGE_RABBITMQ_AGAIN" >/dev/null || return 1
  export HEAT_OPERATOR_TEST_RELEASE=$RELEASE
  # For what runs on the node beside Kubernetes (hack/cluster/outside.sh).
  export HEAT_OPERATOR_TEST_NODE=$CLUSTER
  AROUND=("$ROOT/hack/cluster/node-enter.sh" --state "$CLUSTER")
}

# What a running Heat of this release can be updated to, and a RabbitMQ that its broker's nodes must not become.
add_updates() {
  local other_series=zed
  [[ "$RELEASE" != zed ]] || other_series=2025.1
  add_image RABBITMQ_OTHER_SERIES "$other_series" rabbitmq || return 1
  [[ "$RELEASE" == 2025.1 ]] || return 0
  export HEAT_OPERATOR_TEST_NEXT_RELEASE=2026.1
  add_image HEAT_NEXT "$HEAT_OPERATOR_TEST_NEXT_RELEASE" heat
}

# add_image VARIABLE RELEASE IMAGE: its archive to archives, its name to the tests.
add_image() {
  local built name archive
  built=$("$ROOT/hack/images/build.sh" --release "$2" "$3") || return 1
  IFS=$'\t' read -r name archive <<<"$built"
  archives+=("$archive")
  export "HEAT_OPERATOR_TEST_IMAGE_$1=$name"
}

end_cluster() {
  AROUND=()
  [[ -n "$CLUSTER" ]] || return 0
  "$ROOT/hack/cluster/down.sh" --state "$CLUSTER" || true
  CLUSTER=
}

# run_ctest NAME PRESET LABELS [CTEST OPTION…]. A label that finds no test is an error: a level that
# silently tests nothing is a defect.
run_ctest() {
  local name=$1 preset=$2 labels=$3 report=$RESULTS/$1.xml status=0
  shift 3
  local -a command=("${AROUND[@]}" ctest --test-dir "$ROOT/build/$preset" --label-regex "^($labels)\$"
    --no-tests=error --output-on-failure --output-junit "$report" "$@")
  [[ "$preset" != tsan ]] || command=("${FIXED_ADDRESSES[@]}" "${command[@]}")
  "${command[@]}" || status=$?

  local -i tests failed skipped
  tests=$(reported "$report" tests) failed=$(reported "$report" failures)
  skipped=$(($(reported "$report" skipped) + $(reported "$report" disabled)))
  local note="ctest exit $status"
  ((tests > 0)) || note="no test found for label $labels"
  # What ctest calls an error without naming a failed test (a test that could not be started, no test
  # at all) counts as one.
  ((status == 0 || failed > 0)) || failed=1
  record "$name" "$note" $((tests > failed + skipped ? tests - failed - skipped : 0)) "$failed" "$skipped"
}

# ThreadSanitizer of GCC 12 gives up where the kernel scatters addresses more widely than it knows of.
FIXED_ADDRESSES=()
! setarch "$(uname -m)" --addr-no-randomize true 2>/dev/null ||
  FIXED_ADDRESSES=(setarch "$(uname -m)" --addr-no-randomize)

# reported FILE ATTRIBUTE: a count from the head of a JUnit report.
reported() {
  local count
  count=$(sed -nE "/<testsuite /,/>/ s/.*[[:space:]]$2=\"([0-9]+)\".*/\1/p" "$1" 2>/dev/null | head -n1)
  printf '%d\n' "${count:-0}"
}

# record NAME NOTE PASSED FAILED SKIPPED; the time is from the beginning of the level, its build included
record() {
  local time note=
  time=$(duration $((SECONDS - BEGAN)))
  (($4 == 0)) || note=$2
  ROWS+=("$(printf '%-16s %8d %8d %8d %8s  %s' "$1" "$3" "$4" "$5" "$time" "$note")")
  PASSED+=$3 FAILED+=$4 SKIPPED+=$5
}

# The last line counts over all levels; false if anything failed.
report() {
  local level
  printf '\n%-16s %8s %8s %8s %8s\n' level passed failed skipped time
  printf '%s\n' "${ROWS[@]}"
  for level in "${ALL_LEVELS[@]}"; do
    [[ " ${LEVELS[*]} " == *" $level "* ]] || printf 'not run: %s (hack/test.sh %s)\n' "$level" "$level"
  done
  printf '\n%d passed, %d failed, %d skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
  ((FAILED == 0))
}
