# shellcheck shell=bash
# Starts the parts of the control plane, one function a part. All listen on 127.0.0.1 only and
# all ask for a certificate of this cluster's authority, for other users of the machine can reach
# loopback too. With a real node they run in its network, where the API server listens on every address.
#
# Uses: HERE (hack/cluster), STATE (the state directory), AUDIT, NODE, the ports that choose_ports sets and
# IN_NETWORK (lib/room.sh; empty without a real node).

choose_ports() {
  local -a ports
  mapfile -t ports < <(free_ports 6)
  ETCD_PORT=${ports[0]} ETCD_PEER_PORT=${ports[1]} APISERVER_PORT=${ports[2]}
  CONTROLLER_MANAGER_PORT=${ports[3]} SCHEDULER_PORT=${ports[4]} KWOK_PORT=${ports[5]}
  SERVER=https://127.0.0.1:$APISERVER_PORT
}

# Nothing here is worth a disk flush: the data lives as long as the cluster.
start_etcd() {
  local peer=https://127.0.0.1:$ETCD_PEER_PORT client=https://127.0.0.1:$ETCD_PORT
  local key=$STATE/certificates/etcd
  start_part etcd \
    --name=local --data-dir="$STATE/etcd" --unsafe-no-fsync --log-level=warn \
    --listen-client-urls="$client" --advertise-client-urls="$client" \
    --listen-peer-urls="$peer" --initial-advertise-peer-urls="$peer" --initial-cluster="local=$peer" \
    --cert-file="$key.crt" --key-file="$key.key" --trusted-ca-file="$STATE/certificates/ca.crt" --client-cert-auth \
    --peer-cert-file="$key.crt" --peer-key-file="$key.key" --peer-trusted-ca-file="$STATE/certificates/ca.crt" --peer-client-cert-auth
  await_part etcd 20 answers etcd "$client/health"
}

# kube-apiserver refuses to advertise a loopback address. Without a real node nobody uses the one it is given: 192.0.2.0/24
# is set aside for documentation and leads nowhere. The admission plugin is off by default but on in OpenShift, and asks
# for a right that nothing else shows to be needed.
start_apiserver() {
  local certificates=$STATE/certificates bind=127.0.0.1
  [[ "$NODE" == no ]] || bind=0.0.0.0
  local -a audit=()
  [[ "$AUDIT" == no ]] || audit=(--audit-policy-file="$HERE/audit-policy.yaml" --audit-log-path="$STATE/logs/audit.log")
  start_part kube-apiserver \
    --bind-address="$bind" --secure-port="$APISERVER_PORT" --advertise-address="$NODE_ADDRESS" \
    --kubelet-client-certificate="$certificates/apiserver-kubelet.crt" --kubelet-client-key="$certificates/apiserver-kubelet.key" \
    --kubelet-preferred-address-types=InternalIP \
    --tls-cert-file="$certificates/apiserver.crt" --tls-private-key-file="$certificates/apiserver.key" \
    --client-ca-file="$certificates/ca.crt" --authorization-mode=Node,RBAC \
    --etcd-servers="https://127.0.0.1:$ETCD_PORT" --etcd-cafile="$certificates/ca.crt" \
    --etcd-certfile="$certificates/etcd.crt" --etcd-keyfile="$certificates/etcd.key" \
    --service-cluster-ip-range=10.96.0.0/16 \
    --enable-admission-plugins=OwnerReferencesPermissionEnforcement \
    --service-account-issuer=https://kubernetes.default.svc.cluster.local \
    --service-account-key-file="$certificates/service-accounts.pub" \
    --service-account-signing-key-file="$certificates/service-accounts.key" "${audit[@]}"
  await_part kube-apiserver 60 answers admin "$SERVER/readyz"
}

# Tests make hundreds of pods and wait for them: the default 20 requests a second would be what is measured.
start_controller_manager() {
  local certificates=$STATE/certificates
  start_part kube-controller-manager \
    --bind-address=127.0.0.1 --secure-port="$CONTROLLER_MANAGER_PORT" --leader-elect=false \
    --kubeconfig="$STATE/kube-controller-manager.kubeconfig" --kube-api-qps=200 --kube-api-burst=400 \
    --use-service-account-credentials --root-ca-file="$certificates/ca.crt" \
    --service-account-private-key-file="$certificates/service-accounts.key"
}

start_scheduler() {
  start_part kube-scheduler \
    --bind-address=127.0.0.1 --secure-port="$SCHEDULER_PORT" --leader-elect=false \
    --kubeconfig="$STATE/kube-scheduler.kubeconfig"
}

start_kwok() {
  start_part kwok \
    --kubeconfig="$STATE/kwok.kubeconfig" --config="$STATE/bin/kwok-stages.yaml" \
    --manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake --node-lease-duration-seconds=40 \
    --server-address="127.0.0.1:$KWOK_PORT"
}

await_controllers() {
  await_part kube-controller-manager 30 answers admin "https://127.0.0.1:$CONTROLLER_MANAGER_PORT/healthz" --insecure
  await_part kube-scheduler 30 answers admin "https://127.0.0.1:$SCHEDULER_PORT/healthz" --insecure
  await_part kube-controller-manager 60 admin get serviceaccount default --namespace default
}

node_is_ready() {
  [[ "$(admin get nodes -o 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}')" == True ]]
}

# answers IDENTITY URL [CURL OPTION…]
answers() {
  local identity=$STATE/certificates/$1 url=$2
  shift 2
  "${IN_NETWORK[@]}" curl --silent --fail --output /dev/null --max-time 5 --noproxy '*' \
    --cacert "$STATE/certificates/ca.crt" --cert "$identity.crt" --key "$identity.key" "$@" "$url"
}

start_part() {
  local program=$1
  shift
  start_recorded "$STATE/run" "$program" "$STATE/logs/$program.log" "${IN_NETWORK[@]}" "$STATE/bin/$program" "$@"
}

# await_part PROGRAM SECONDS CONDITION…: a program that has ended will not become ready.
await_part() {
  local program=$1 seconds=$2
  shift 2
  await "$seconds" _ended_or "$program" "$@" || _blame "$program" "was not ready within ${seconds}s"
  is_running "$STATE/run" "$program" || _blame "$program" "ended"
}

_ended_or() {
  local program=$1
  shift
  ! is_running "$STATE/run" "$program" || "$@"
}

_blame() {
  local program=$1 what=$2
  show_log "$STATE/logs/$program.log"
  fail "$program $what." "the whole log: $STATE/logs/$program.log; a busy machine may just need another try"
}
