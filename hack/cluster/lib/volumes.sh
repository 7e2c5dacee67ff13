# shellcheck shell=bash
# Volumes that are made beforehand, since nothing here provisions any: the default StorageClass `local`
# and a handful of PersistentVolumes, each a directory of the state directory. One that was used is not
# used again. On the simulated node they are bound but never mounted.
#
# Uses STATE.

readonly VOLUMES=32 VOLUME_SIZE=10Gi

# make_volumes NODE
make_volumes() {
  local node=$1 i
  mkdir -- "$STATE/volumes"
  {
    cat <<YAML
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: local
  annotations: {storageclass.kubernetes.io/is-default-class: "true"}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
YAML
    for ((i = 1; i <= VOLUMES; ++i)); do _volume "$node" "$i"; done
  } | admin apply --filename - >/dev/null
}

_volume() {
  local node=$1 path=$STATE/volumes/$2
  mkdir -- "$path"
  cat <<YAML
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: local-$2}
spec:
  storageClassName: local
  capacity: {storage: $VOLUME_SIZE}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  local: {path: "$path"}
  nodeAffinity:
    required:
      nodeSelectorTerms:
        - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [$node]}]
YAML
}
