# shellcheck shell=bash
# A real node in the room: containerd, kubelet, kube-proxy and CoreDNS, one function a part, and a
# forwarder, by which loopback outside the room reaches the API server inside.
#
# Uses HERE, STATE, APISERVER_PORT, and what lib/room.sh and lib/control-plane.sh set.

readonly NODE_NAME=local
readonly NODE_PACKAGES="containerd runc containernetworking-plugins iptables iproute2 socat"
readonly POD_NETWORK=10.244.0.0/16 DNS_ADDRESS=10.96.0.10
readonly CONTAINERD_SOCKET=/run/containerd/containerd.sock
readonly PAUSE_IMAGE=localhost/pause:1

require_node_packages() {
  local program
  for program in containerd runc ctr iptables ip socat nsenter unshare /usr/lib/cni/bridge; do
    type -P "$program" >/dev/null || fail "$program is missing, which a real node needs." \
      "hack/dependencies.sh --node (or: apt-get install $NODE_PACKAGES)"
  done
}

start_node() {
  start_containerd
  start_kubelet
  start_kube_proxy
  admin apply --filename "$HERE/node-services.yaml" >/dev/null
  start_coredns
  await_part kubelet 60 node_is_ready
}

in_room() { "${IN_ROOM[@]}" "$@"; }

# start_in_room PROGRAM FILE ARGUMENT…
start_in_room() {
  local program=$1
  shift
  start_recorded "$STATE/run" "$program" "$STATE/logs/$program.log" "${IN_ROOM[@]}" "$@"
}

start_containerd() {
  local directory=$STATE/node
  write_containerd_configuration "$directory"
  start_in_room containerd containerd --config "$directory/containerd.toml"
  await_part containerd 20 in_room ctr version
}

# restrict_oom_score_adj: a machine that is a container itself may not lower a score.
write_containerd_configuration() {
  local directory=$1 cri='plugins."io.containerd.grpc.v1.cri"'
  mkdir -- "$directory/cni"
  cat >"$directory/containerd.toml" <<TOML
version = 2
root = "$directory/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs"]
[grpc]
address = "$CONTAINERD_SOCKET"
[$cri]
sandbox_image = "$PAUSE_IMAGE"
restrict_oom_score_adj = true
[$cri.cni]
bin_dir = "/usr/lib/cni"
conf_dir = "$directory/cni"
[$cri.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
TOML
  cat >"$directory/cni/10-bridge.conflist" <<JSON
{"cniVersion": "1.0.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "pods", "isGateway": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "/run/cni", "ranges": [[{"subnet": "$POD_NETWORK"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
JSON
}

# Neither images nor pods are thrown out because the machine's disk is full of other things, and the
# kernel's settings are none of its business.
start_kubelet() {
  local directory=$STATE/node
  : >"$directory/resolv.conf"
  cat >"$directory/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix://$CONTAINERD_SOCKET
podLogsDir: $directory/pod-logs
authentication: {anonymous: {enabled: false}, x509: {clientCAFile: $STATE/certificates/ca.crt}}
authorization: {mode: Webhook}
clusterDomain: cluster.local
clusterDNS: [$DNS_ADDRESS]
resolvConf: $directory/resolv.conf
cgroupDriver: cgroupfs
cgroupRoot: /$(cgroup_name)
failCgroupV1: false
failSwapOn: false
oomScoreAdj: 0
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
imageGCHighThresholdPercent: 100
serializeImagePulls: false
registryPullQPS: 0
maxPods: 110
YAML
  start_in_room kubelet "$STATE/bin/kubelet" \
    --config="$directory/kubelet.yaml" --kubeconfig="$STATE/kubelet.kubeconfig" \
    --root-dir="$directory/kubelet" --cert-dir="$directory/kubelet-certificates" \
    --hostname-override="$NODE_NAME" --node-ip="$NODE_ADDRESS" \
    --node-labels="topology.kubernetes.io/zone=$NODE_NAME"
}

start_kube_proxy() {
  local configuration=$STATE/node/kube-proxy.yaml
  cat >"$configuration" <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: $STATE/kube-proxy.kubeconfig}
hostnameOverride: $NODE_NAME
clusterCIDR: $POD_NETWORK
mode: iptables
oomScoreAdj: 0
conntrack: {maxPerCore: 0, min: 0}
YAML
  start_in_room kube-proxy "$STATE/bin/kube-proxy" --config="$configuration"
}

# A process, not a pod: it needs no image. node-services.yaml leads the Service to it.
start_coredns() {
  local configuration=$STATE/node/Corefile
  cat >"$configuration" <<COREFILE
. {
  bind $NODE_ADDRESS
  template ANY ANY {
    rcode NXDOMAIN
  }
}
cluster.local in-addr.arpa ip6.arpa {
  bind $NODE_ADDRESS
  errors
  ready 127.0.0.1:8181
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig $STATE/coredns.kubeconfig
    ttl 5
  }
  cache 5
  loadbalance
}
COREFILE
  start_in_room coredns "$STATE/bin/coredns" -conf "$configuration"
  await_part coredns 30 in_network curl --silent --fail --output /dev/null --max-time 5 --noproxy '*' http://127.0.0.1:8181/ready
}

# Bytes pass through a socket in the file system, so that no packet passes between the namespaces. A
# path of a socket has at most 107 bytes.
start_forwarder() {
  local socket=$STATE/node/api
  ((${#socket} < 108)) || fail "$STATE is too long a name for a cluster with a real node." "name a shorter directory with --state"
  start_recorded "$STATE/run" forwarder-inside "$STATE/logs/forwarder.log" \
    "${IN_NETWORK[@]}" socat "UNIX-LISTEN:$socket,fork,mode=600,backlog=256" "TCP4:127.0.0.1:$APISERVER_PORT,nodelay"
  await_part forwarder-inside 10 test -S "$socket"
  start_recorded "$STATE/run" forwarder "$STATE/logs/forwarder.log" \
    socat "TCP4-LISTEN:$APISERVER_PORT,bind=127.0.0.1,fork,reuseaddr,nodelay,backlog=256" "UNIX-CONNECT:$socket"
}
