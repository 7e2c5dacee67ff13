# shellcheck shell=bash

# certificate_kubeconfig FILE SERVER CERTIFICATES NAME: everything embedded, so that the file can be
# copied; readable by its owner alone, since it holds a key.
certificate_kubeconfig() {
  local file=$1 server=$2 certificates=$3 name=$4
  _kubeconfig "$file" "$server" "$certificates" "$name" <<USER
      client-certificate-data: $(base64 -w0 "$certificates/$name.crt")
      client-key-data: $(base64 -w0 "$certificates/$name.key")
USER
}

# token_kubeconfig FILE SERVER CERTIFICATES NAME TOKEN_FILE: names the file that holds the token, so
# that the token can be renewed under a running program.
token_kubeconfig() {
  local file=$1 server=$2 certificates=$3 name=$4 token=$5
  _kubeconfig "$file" "$server" "$certificates" "$name" <<USER
      tokenFile: "$token"
USER
}

_kubeconfig() (
  file=$1 server=$2 certificates=$3 name=$4 user=$(cat)
  umask 077
  cat >"$file" <<KUBECONFIG
apiVersion: v1
kind: Config
clusters:
  - name: local
    cluster:
      server: $server
      certificate-authority-data: $(base64 -w0 "$certificates/ca.crt")
users:
  - name: $name
    user:
$user
contexts:
  - name: local
    context: {cluster: local, user: $name}
current-context: local
KUBECONFIG
)
