# shellcheck shell=bash
# The tests are tested: each patch of tests/mutants/ is a bug that a person could write. It goes into a copy of the
# source, never into the checkout, is built, and must be caught by the fault campaign. HEAT_OPERATOR_MUTANT limits it to
# patches whose name contains its value.
#
# Uses ROOT and RESULTS, and BEGAN and record of levels.sh.

# The copy has the layout of the checkout, so that ccache knows what it has compiled there.
readonly MUTANT_SOURCE=$ROOT/build/mutants/source
readonly MUTANT_BUILD=$MUTANT_SOURCE/build/release
readonly -a MUTANT_PARTS=(CMakeLists.txt CMakePresets.json cmake controller)
readonly MUTANT_SECONDS=900 # for one mutant: the whole campaign, and time to spare

declare -a MUTANT_ROWS=()

run_mutants() {
  # shellcheck disable=SC2034 # read by record
  BEGAN=$SECONDS
  heading mutants
  if ! build_campaign || ! lay_mutant_source || ! configure_mutants; then
    record mutants "the build failed" 0 1 0
    return
  fi
  local -i caught=0 seeded=0 failed=0
  local -i baseline=0
  local patch
  if try_baseline; then baseline=1; else failed+=1; fi
  for patch in "$ROOT"/tests/mutants/*.patch; do
    [[ "$(basename -- "$patch")" == *"${HEAT_OPERATOR_MUTANT:-}"* ]] || continue
    seeded+=1
    if try_mutant "$patch"; then caught+=1; else failed+=1; fi
  done
  ((seeded > 0)) || failed+=1
  printf '\n%-36s %-72s %6s\n' mutant 'caught by (workload, plan)' time
  printf '%s\n' "${MUTANT_ROWS[@]}"
  printf '%d of %d caught\n' "$caught" "$seeded"
  record mutants "$caught of $seeded caught" $((caught + baseline)) "$failed" 0
}

build_campaign() {
  cmake --preset release --log-level=WARNING && cmake --build --preset release --target property_tests
}

# Brings the copy up to date file by file: what is as it was keeps its time, and is not built again.
lay_mutant_source() {
  local file
  mkdir -p "$MUTANT_SOURCE" || return 1
  while IFS= read -r file; do
    cmp --silent "$ROOT/$file" "$MUTANT_SOURCE/$file" || copy_to_mutants "$file" || return 1
  done < <(cd -- "$ROOT" && find "${MUTANT_PARTS[@]}" -type f)
  while IFS= read -r file; do
    [[ -e "$ROOT/$file" ]] || rm -f -- "$MUTANT_SOURCE/$file"
  done < <(cd -- "$MUTANT_SOURCE" && find "${MUTANT_PARTS[@]}" -type f)
}

copy_to_mutants() {
  mkdir -p "$(dirname -- "$MUTANT_SOURCE/$1")" && cp -- "$ROOT/$1" "$MUTANT_SOURCE/$1"
}

configure_mutants() {
  (cd -- "$MUTANT_SOURCE" && cmake --preset release --log-level=WARNING -DHEAT_OPERATOR_TESTS=OFF >/dev/null)
}

build_mutant() { cmake --build "$MUTANT_BUILD" --target heat-operator >"$RESULTS/mutant.log" 2>&1; }

# Without a patch everything must pass: else "caught" says nothing.
try_baseline() {
  local -i began=$SECONDS
  if ! build_mutant; then
    show_log "$RESULTS/mutant.log" 20
    mutant_row "(no patch)" "DOES NOT BUILD" "$began"
    return 1
  fi
  if ! survives '*'; then
    mutant_row "(no patch)" "FAILS: $(first_failure)" "$began"
    return 1
  fi
  mutant_row "(no patch)" "nothing, as it must be" "$began"
}

# try_mutant PATCH: true where it is caught.
try_mutant() {
  local patch=$1 name status=0
  local -i began=$SECONDS
  name=$(basename -- "$patch" .patch)
  say "$name: $(sed -n '1s/^# *//p' "$patch")"
  if ! apply_mutant "$patch"; then
    mutant_row "$name" "DOES NOT APPLY: the source has changed, write the patch anew" "$began"
    status=1
  elif ! build_mutant; then
    show_log "$RESULTS/mutant.log" 20
    mutant_row "$name" "DOES NOT BUILD: the source has changed, write the patch anew" "$began"
    status=1
  else
    # The patch says which workloads are likely to show it; what they let through meets all others.
    hunt_mutant "$name" "$began" "*/$(sed -n 's/^# Try first: *//p' "$patch")" '*' || status=1
  fi
  lay_mutant_source || status=1
  return "$status"
}

# hunt_mutant NAME BEGAN FILTER…
hunt_mutant() {
  local name=$1 filter found
  local -i began=$2
  for filter in "${@:3}"; do
    survives "$filter" && continue
    found=$(first_failure)
    mutant_row "$name" "${found:-NO VERDICT: the campaign named no failure within ${MUTANT_SECONDS}s}" "$began"
    [[ -n "$found" ]]
    return
  done
  mutant_row "$name" "SURVIVES: widen the workloads, the plans or the promises of tests/property" "$began"
  return 1
}

# No fuzz: a patch that only nearly fits may seed another bug than the one it tells of.
apply_mutant() {
  patch --strip=1 --fuzz=0 --forward --batch --quiet --reject-file=- --no-backup-if-mismatch \
    --directory="$MUTANT_SOURCE" --input="$1" >"$RESULTS/mutant.log" 2>&1 || { show_log "$RESULTS/mutant.log" && false; }
}

# survives GTEST_FILTER: whether these workloads find nothing.
survives() {
  HEAT_OPERATOR_BINARY=$MUTANT_BUILD/heat-operator HEAT_OPERATOR_FIRST_FAILURE=yes \
    timeout "$MUTANT_SECONDS" "$ROOT/build/release/tests/property_tests" \
    --gtest_filter="$1" --gtest_fail_fast >"$RESULTS/campaign.log" 2>&1
}

# What the campaign names first: workload and plan, else the test; nothing where it was ended by the time limit.
first_failure() {
  sed -nE 's/^FAILED (.*)/\1/p; s/^\[  FAILED  \] ([^, ]*).*/\1/p' "$RESULTS/campaign.log" | head -n1
}

mutant_row() {
  local row
  row=$(printf '%-36s %-72s %6s' "$1" "$2" "$(duration $((SECONDS - $3)))")
  say "  $row"
  MUTANT_ROWS+=("$row")
}
