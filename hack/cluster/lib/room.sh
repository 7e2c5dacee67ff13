# shellcheck shell=bash
# The room: network, mount and process namespaces of one local cluster with a real node. room.sh is
# process 1 in them. When it ends, the kernel ends whatever else runs there and takes back interfaces,
# packet filter rules and mounts; so what goes wrong in the room leaves no trace outside, and ending it
# needs no list of what was made. Only its cgroups are outside.
#
# Uses HERE (hack/cluster) and STATE.

# The node's address, from a range that is set aside for documentation. Nothing outside the room has it.
readonly NODE_ADDRESS=192.0.2.1

readonly ROOM=room

open_room() {
  ((EUID == 0)) || fail "A real node needs root: it makes namespaces, mounts and cgroups." "run it with sudo, or leave out --node"
  [[ ! "$STATE/" =~ ^(/run|/var/(run|log|lib))/ ]] ||
    fail "$STATE cannot hold a real node, which has a ${BASH_REMATCH[1]} of its own." "name another directory with --state"
  local directory=$STATE/node
  mkdir -- "$directory"
  make_cgroups
  start_recorded "$STATE/run" "$ROOM" "$STATE/logs/$ROOM.log" \
    unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private \
    "$HERE/room.sh" "$directory" "$NODE_ADDRESS"
  await_part "$ROOM" 20 test -e "$directory/room-is-open"
}

# enter_running_room: for a command that needs a real node, which somebody else has started.
enter_running_room() {
  if ! is_state || ! has_room; then
    fail "No local cluster with a real node runs in $STATE." "start one: hack/cluster/up.sh --node --state $STATE"
  fi
  enter_room
}

# in_network COMMAND…: in the room's network, with the machine's own files and processes.
in_network() { "${IN_NETWORK[@]}" "$@"; }

# enter_room: sets IN_NETWORK, and IN_ROOM for what needs the whole room. The process that is recorded
# has unshared all three, but only its child is in the new process namespace.
enter_room() {
  local pid
  read -r pid _ <"$STATE/run/$ROOM"
  # shellcheck disable=SC2034 # used by those who source this
  IN_NETWORK=(nsenter "--net=/proc/$pid/ns/net")
  # shellcheck disable=SC2034
  IN_ROOM=(nsenter "--net=/proc/$pid/ns/net" "--mount=/proc/$pid/ns/mnt" "--pid=/proc/$pid/ns/pid_for_children" --wd="$STATE")
}

has_room() { is_running "$STATE/run" "$ROOM"; }

# A control group of its own under every hierarchy: one for each controller in version 1. Its name is one, however the
# directory is written.
cgroup_name() { printf 'heat-operator-%s\n' "$(printf %s "$(realpath -m -- "$STATE")" | sha256sum | cut -c1-12)"; }

_cgroup_hierarchies() { findmnt --noheadings --list --types cgroup,cgroup2 --output TARGET; }

make_cgroups() {
  local root group
  while read -r root; do
    group=$root/$(cgroup_name)
    mkdir -p -- "$group"
    # A new group of version 1 may use no processor and no memory until it is told which.
    [[ ! -e "$group/cpuset.mems" || -e "$group/cgroup.controllers" ]] || {
      cat "$root/cpuset.cpus" >"$group/cpuset.cpus"
      cat "$root/cpuset.mems" >"$group/cpuset.mems"
    }
  done < <(_cgroup_hierarchies)
}

remove_cgroups() {
  local root
  while read -r root; do
    # A group is busy until its last process has been reaped.
    [[ ! -d "$root/$(cgroup_name)" ]] || await 10 _remove_cgroup "$root/$(cgroup_name)" ||
      say "  $root/$(cgroup_name) is still in use and stays"
  done < <(_cgroup_hierarchies)
}

_cgroup_is_gone() { [[ ! -d "$1" ]]; }

_remove_cgroup() {
  find "$1" -depth -type d -exec rmdir -- {} + 2>/dev/null || true
  _cgroup_is_gone "$1"
}
