#!/usr/bin/env bash
# Records how a real API server answers testdata/requests.json, for testdata/answers.json. Needs KUBECONFIG of a cluster
# to play in (its namespace fake-api-record is made and deleted), kubectl, curl and jq.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
namespace=fake-api-record

kubectl delete namespace "$namespace" --ignore-not-found --wait >/dev/null
kubectl create namespace "$namespace" >/dev/null
kubectl -n "$namespace" create configmap owner >/dev/null
owner=$(kubectl -n "$namespace" get configmap owner -o jsonpath='{.metadata.uid}')
work=$(mktemp -d)
kubectl proxy --port=0 >"$work/proxy" &
proxy=$!
trap 'kill $proxy; rm -rf "$work"; kubectl delete namespace $namespace --wait=false >/dev/null' EXIT
until grep -q 'serve on' "$work/proxy"; do kill -0 $proxy; done
address=$(sed 's/.*serve on //' "$work/proxy")

count=$(jq length "$here/testdata/requests.json")
for ((i = 0; i < count; i++)); do
  step=$(jq -c ".[$i]" "$here/testdata/requests.json")
  repeat=$(jq -r '.repeat // empty' <<<"$step")
  if [[ -n $repeat ]]; then body=$(jq -c ".[$repeat].body" "$here/testdata/requests.json"); else body=$(jq -c .body <<<"$step"); fi
  target=$(jq -r .target <<<"$step"); target=${target/NAMESPACE/$namespace}
  type=application/apply-patch+yaml
  [[ $(jq -r .verb <<<"$step") == merge ]] && type=application/merge-patch+json
  query="fieldManager=$(jq -r .manager <<<"$step")"
  [[ $(jq -r '.force // false' <<<"$step") == true ]] && query+="&force=true"
  code=$(curl -sS -o "$work/answer" -w '%{http_code}' -X PATCH -H "Content-Type: $type" \
    --data-binary "${body//OWNER_UID/$owner}" "http://$address/$target?$query")
  sed "s/$owner/OWNER_UID/g" "$work/answer" | jq -c --arg name "$(jq -r .name <<<"$step")" --argjson code "$code" '{
    name: $name, code: $code, reason: .reason, generation: .metadata.generation,
    causes: [.details.causes[]? | select(.reason == "FieldManagerConflict") | .field],
    managedFields: [.metadata.managedFields[]? | select(.manager != "kube-controller-manager") | del(.time, .fieldsType)]}
    | del(..|nulls)'
done | jq -s . >"$here/testdata/answers.json"
