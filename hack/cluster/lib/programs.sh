# shellcheck shell=bash
# The programs of the local cluster: which they are, where they come from, how they are built.
#
# A program is taken from the first of
#   1. $KUBEBUILDER_ASSETS, taken at its word: whoever sets it chose those versions;
#   2. the cache, where an earlier run put what it built;
#   3. $PATH, but only in exactly the version that the module names: a kubectl of another age works
#      until it does not;
#   4. its Go module under modules/, built into the cache.
# The cache lies outside the checkout and is keyed by content, so a branch with other versions builds
# its own and a second run builds nothing.

PROGRAM_CACHE=${HEAT_OPERATOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/heat-operator}/bin
MODULES=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../modules" && pwd)

# Which Kubernetes: the newest, or `1.34`, the oldest that is supported (--kubernetes of up.sh).
KUBERNETES_MODULE=kubernetes

readonly -a PROGRAMS=(etcd kube-apiserver kube-controller-manager kube-scheduler kubectl helm helm4)
# Of a real node, and what plays one.
readonly -a NODE_PROGRAMS=(kubelet kube-proxy coredns) SIMULATION_PROGRAMS=(kwok)

# link_programs DIR [--node]: DIR/<program> for every program; without --node also DIR/kwok-stages.yaml.
link_programs() {
  local dir=$1 program file builds=0
  local -a programs=("${PROGRAMS[@]}" "${SIMULATION_PROGRAMS[@]}")
  [[ "${2:-}" != --node ]] || programs=("${PROGRAMS[@]}" "${NODE_PROGRAMS[@]}")
  mkdir -p -- "$dir"
  for program in "${programs[@]}"; do
    file=$(find_program "$program") || {
      ((builds++)) || say "Programs that are not at hand are built into $PROGRAM_CACHE (once; together 5 to 10 minutes):"
      build_program "$program"
      file=$(cached "$program")
    }
    ln -sfn -- "$file" "$dir/$program"
  done
  [[ "${2:-}" == --node ]] || write_kwok_stages "$dir"
}

find_program() {
  local program=$1 candidate=${KUBEBUILDER_ASSETS:-}/$1
  [[ -z "${KUBEBUILDER_ASSETS:-}" || ! -x "$candidate" ]] || { realpath -- "$candidate"; return; }
  candidate=$(cached "$program")
  [[ ! -x "$candidate" ]] || { printf '%s\n' "$candidate"; return; }
  candidate=$(type -P "$program") && has_exact_version "$candidate" "$program" && realpath -- "$candidate"
}

has_exact_version() {
  local file=$1 program=$2 said
  case $program in
    kubectl) said=$("$file" version --client 2>/dev/null) ;;
    helm | helm4) said=$("$file" version --short 2>/dev/null) ;;
    *) said=$("$file" --version 2>/dev/null) ;;
  esac || return 1
  [[ " $(tr -c 'a-z0-9.\n' ' ' <<<"$said") " =~ [[:space:]]v?$(wanted_version "$program" | sed 's/^v//; s/\./\\./g')[[:space:]] ]]
}

module_of() {
  case $1 in
    etcd | kwok | helm) echo tools ;;
    helm4) echo helm4 ;;
    coredns) echo coredns ;;
    *) echo "$KUBERNETES_MODULE" ;;
  esac
}

# use_kubernetes VERSION: "newest", or one that has a module of its own.
use_kubernetes() {
  [[ "$1" != newest ]] || return 0
  KUBERNETES_MODULE=kubernetes-$1
  [[ -d "$MODULES/$KUBERNETES_MODULE" ]] ||
    fail "There is no module for Kubernetes $1." "use one of: newest$(printf '%s\n' "$MODULES"/kubernetes-* | sed 's/.*kubernetes-/, /' | tr -d '\n')"
}

package_of() {
  case $1 in
    etcd) echo go.etcd.io/etcd/server/v3 ;;
    kwok) echo sigs.k8s.io/kwok/cmd/kwok ;;
    helm) echo helm.sh/helm/v3/cmd/helm ;;
    helm4) echo helm.sh/helm/v4/cmd/helm ;;
    coredns) echo github.com/coredns/coredns ;;
    *) echo "k8s.io/kubernetes/cmd/$1" ;;
  esac
}

# The version of the Go module that holds the program: the first that go.mod requires as a prefix.
wanted_version() {
  local package module version
  package=$(package_of "$1")
  while read -r module version _; do
    [[ "$package/" != "$module/"* ]] || { printf '%s\n' "$version"; return; }
  done < <(sed -nE 's/^(require)?[[:space:]]+([^[:space:]]+ v[^[:space:]]+)( \/\/.*)?$/\2/p' "$MODULES/$(module_of "$1")/go.mod")
  return 1
}

# Programs built by `go build` do not know their version, and behave as if they had none: kubectl
# warns of skew, and helm renders charts for a Kubernetes that is years old.
version_flags() {
  local version minor
  version=$(wanted_version "$1")
  # Helm is one and the same whatever the cluster is.
  [[ "$1" != helm ]] || local KUBERNETES_MODULE=kubernetes
  IFS=. read -r _ minor _ <<<"$(wanted_version kubectl)"
  case $1 in
    kube-* | kubectl | kubelet)
      set_variables k8s.io/component-base/version "gitVersion=$version" gitMajor=1 "gitMinor=$minor"
      ;;
    helm)
      set_variables helm.sh/helm/v3/internal/version "version=$version"
      set_variables helm.sh/helm/v3/pkg/chartutil k8sVersionMajor=1 "k8sVersionMinor=$minor"
      set_variables helm.sh/helm/v3/pkg/lint/rules k8sVersionMajor=1 "k8sVersionMinor=$minor"
      ;;
    # It takes the version of Kubernetes from the client-go that it is built with.
    helm4) set_variables helm.sh/helm/v4/internal/version "version=$version" ;;
  esac
}

set_variables() {
  local package=$1 assignment
  shift
  for assignment in "$@"; do printf ' -X %s.%s' "$package" "$assignment"; done
}

cached() { printf '%s/%s\n' "$(cache_of "$1")" "$1"; }

cache_of() {
  local module key
  module=$MODULES/$(module_of "$1")
  key=$( (cat -- "$module/go.mod" "$module/go.sum" && version_flags "$1") | sha256sum | cut -c1-16)
  printf '%s/%s\n' "$PROGRAM_CACHE" "$key"
}

# One build at a time on a machine: two would do the same work twice, and linking needs memory.
build_program() {
  local program=$1 cache
  cache=$(cache_of "$program")
  mkdir -p -- "$cache"
  (
    flock 9
    [[ -x "$cache/$program" ]] || _build_into "$cache" "$program"
  ) 9>"$PROGRAM_CACHE/.lock"
}

_build_into() {
  local cache=$1 program=$2 module new log
  module=$MODULES/$(module_of "$program")
  require_go "$module"
  new=$cache/$program.new
  log=$cache/$program.build.log
  with_progress "building $program $(wanted_version "$program")" "$log" \
    go_build "$module" "$new" "$(version_flags "$program")" "$(package_of "$program")" || {
    show_log "$log" 20
    fail "$program could not be built." \
      "it needs the Go module proxy (go env GOPROXY), 2 GB of memory and 4 GB of disk; run the same command again to go on where it stopped"
  }
  mv -f -- "$new" "$cache/$program"
  rm -f -- "$log"
}

go_build() (
  module=$1 out=$2 flags=$3 package=$4
  cd -- "$module" || exit
  CGO_ENABLED=0 GOFLAGS=-mod=readonly GOWORK=off \
    go build -trimpath -buildvcs=false -ldflags "-s -w$flags" -o "$out" "$package"
)

require_go() {
  has_wanted_go "$1" || fail "Go $GO_WANTED or newer is needed to build the local cluster's programs; found: $(go version 2>/dev/null || echo none)." \
    "install it (https://go.dev/doc/install) and put it on PATH, or set KUBEBUILDER_ASSETS to a directory with: ${PROGRAMS[*]} ${SIMULATION_PROGRAMS[*]} ${NODE_PROGRAMS[*]}"
}

# kwok does nothing until it is told what to simulate; its module carries the fast stages. Here a pod that becomes ready
# has been so for an hour: minReadySeconds, in which real proxies get to know a new API, would be a mere pause.
write_kwok_stages() {
  local dir=$1 cache stages
  local now="lastTransitionTime: {{ \$now | Quote }}"
  local before='lastTransitionTime: {{ now | date_modify "-1h" | date "2006-01-02T15:04:05Z07:00" | Quote }}'
  cache=$(cache_of kwok)
  [[ -s "$cache/kwok-stages.yaml" ]] || copy_kwok_stages "$cache"
  stages=$(<"$cache/kwok-stages.yaml")
  [[ "$stages" == *"$now"* ]] ||
    fail "kwok's stages do not tell when a pod became ready in the words that are known." \
      "adapt write_kwok_stages in hack/cluster/lib/programs.sh to this version of kwok"
  printf '%s\n' "${stages//"$now"/"$before"}" >"$dir/kwok-stages.yaml"
}

copy_kwok_stages() {
  local cache=$1 source stage
  require_go "$MODULES/tools"
  mkdir -p -- "$cache"
  source=$(cd -- "$MODULES/tools" && GOFLAGS=-mod=readonly GOWORK=off go mod download -json sigs.k8s.io/kwok | jq -r .Dir)
  for stage in "$source"/kustomize/stage/{node/fast,node/heartbeat,pod/fast}/{node,pod}-*.yaml; do
    [[ ! -e "$stage" ]] || { echo ---; cat -- "$stage"; }
  done >"$cache/kwok-stages.new"
  mv -f -- "$cache/kwok-stages.new" "$cache/kwok-stages.yaml"
}
