#!/usr/bin/env bash
# Process 1 of the room (lib/room.sh): furnishes it, then reaps what others leave behind until it is
# told to end.
set -euo pipefail

readonly DIRECTORY=$1 ADDRESS=$2

main() {
  make_network
  make_mounts
  : >"$DIRECTORY/room-is-open"
  trap 'exit 0' TERM
  # bash reaps every child that ends while it waits, adopted ones too.
  sleep infinity &
  wait
}

make_network() {
  ip link set lo up
  # A bridge, for a kernel need not have dummy interfaces. The default route leads nowhere; without one
  # a Service's address could not be called from the node.
  ip link add name node type bridge
  ip address add "$ADDRESS/24" dev node
  ip link set node up
  ip route add default dev node
  echo 1 >/proc/sys/net/ipv4/ip_forward
  # Pods that call a Service are answered by pods on the same bridge: the answer must pass the packet filter too.
  [[ ! -e /proc/sys/net/bridge ]] || echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables
}

# Sockets, mounts of network namespaces and links to logs lie in places that no flag moves. /var/run is /run.
make_mounts() {
  local place
  for place in /run /var/log /var/lib; do mount -t tmpfs -o mode=755 room "$place"; done
  mkdir -- /run/lock /run/netns
  spare_the_kernel
}

# What kubelet wants of the kernel would hold for the whole machine: it finds it already so.
spare_the_kernel() {
  local setting name
  for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
    kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
    name=${setting%=*}
    printf '%s\n' "${setting#*=}" >"$DIRECTORY/${name//\//.}"
    mount --bind -- "$DIRECTORY/${name//\//.}" "/proc/sys/$name"
  done
}

main
