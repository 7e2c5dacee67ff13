# shellcheck shell=bash
# One certificate authority for one local cluster, made afresh each time it is started.

# make_certificates DIR
make_certificates() {
  local dir=$1
  mkdir -p -- "$dir"
  _authority "$dir"
  _certificate "$dir" etcd /CN=etcd IP:127.0.0.1,DNS:localhost
  _certificate "$dir" apiserver /CN=kube-apiserver \
    IP:127.0.0.1,IP:10.96.0.1,"IP:$NODE_ADDRESS",DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc
  _certificate "$dir" apiserver-kubelet /O=system:masters/CN=kube-apiserver-kubelet-client
  _certificate "$dir" admin /O=system:masters/CN=admin
  _certificate "$dir" kube-controller-manager /CN=system:kube-controller-manager
  _certificate "$dir" kube-scheduler /CN=system:kube-scheduler
  if [[ "$NODE" == yes ]]; then
    _certificate "$dir" kubelet "/O=system:nodes/CN=system:node:$NODE_NAME"
    _certificate "$dir" kube-proxy /CN=system:kube-proxy
    _certificate "$dir" coredns /CN=coredns
  else
    _certificate "$dir" kwok /O=system:masters/CN=kwok
  fi
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out "$dir/service-accounts.key"
  openssl pkey -in "$dir/service-accounts.key" -pubout -out "$dir/service-accounts.pub"
}

_authority() {
  _openssl_req -extensions authority -subj /CN=heat-operator-local-cluster -keyout "$1/ca.key" -out "$1/ca.crt"
}

# Elliptic keys: an RSA key for each of these would take seconds.
# _certificate DIR NAME SUBJECT [SUBJECT ALTERNATIVE NAMES]
_certificate() {
  local dir=$1 name=$2 subject=$3 names=${4:-}
  _openssl_req -extensions leaf -CA "$dir/ca.crt" -CAkey "$dir/ca.key" -subj "$subject" \
    ${names:+-addext "subjectAltName=$names"} -keyout "$dir/$name.key" -out "$dir/$name.crt"
}

# A configuration of our own, because what openssl adds by default differs between machines.
_openssl_req() {
  local said
  said=$(openssl req -x509 -days 365 -noenc -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
    "$@" -config /dev/stdin 2>&1 <<'CONFIG'
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
CONFIG
  ) || fail "openssl could not make a certificate: $said" "OpenSSL 3.0 or newer is needed; found: $(openssl version)"
}
