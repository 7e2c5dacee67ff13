# shellcheck shell=bash
# The state directory of one local cluster: all that it consists of lies in it.
#
#   bin/                programs, as links        certificates/  authority, certificates, keys
#   etcd/               data                      logs/          one file a program
#   run/                pids                      kubectl-cache/ what kubectl would leave in ~/.kube
#   volumes/            what PersistentVolumes hold
#   node/               of a real node: images, pods, configuration of its programs
#   env                 to be sourced by a person: KUBECONFIG, KUBECACHEDIR and PATH
#   admin.kubeconfig    may do everything         operator.kubeconfig  the operator's own rights

# shellcheck disable=SC2034 # used by those who source this
DEFAULT_STATE=${XDG_STATE_HOME:-$HOME/.local/state}/heat-operator/cluster

# Only what carries this mark is ever deleted: --state may be a slip of the hand.
readonly STATE_MARK=.heat-operator-cluster

# admin KUBECTL-ARGUMENT…: our kubectl, with all rights and without the person's own preferences.
admin() {
  KUBERC=off KUBECACHEDIR=$STATE/kubectl-cache \
    "$STATE/bin/kubectl" --kubeconfig "$STATE/admin.kubeconfig" "$@"
}

make_state() {
  mkdir -p -- "$STATE"
  chmod 700 -- "$STATE"
  STATE=$(cd -- "$STATE" && pwd)
  touch -- "$STATE/$STATE_MARK"
  mkdir -- "$STATE"/{bin,logs,run}
}

is_state() { [[ -e "$STATE/$STATE_MARK" ]]; }

is_in_use() {
  local name
  for name in $(recorded "$STATE/run"); do
    ! is_running "$STATE/run" "$name" || return 0
  done
  return 1
}

# refuse_foreign_directory: an existing directory that is neither empty nor ours is left alone.
refuse_foreign_directory() {
  [[ -e "$STATE" ]] || return 0
  is_state || [[ -d "$STATE" && -z "$(ls -A -- "$STATE")" ]] ||
    fail "$STATE is not empty and holds no local cluster." "name another directory with --state"
}

stop_all() {
  local name
  for name in $(recorded "$STATE/run"); do stop_recorded "$STATE/run" "$name"; done
  remove_cgroups
}

remove_state() { rm -rf -- "$STATE"; }

# What failed can still be read; data and keys are of no use to anybody.
keep_only_logs() {
  find "$STATE" -mindepth 1 -maxdepth 1 ! -name logs ! -name "$STATE_MARK" -exec rm -rf -- {} +
}
