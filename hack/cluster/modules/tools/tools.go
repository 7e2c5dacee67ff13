//go:build tools

// Package tools names the programs that are built from this module, so that `go mod tidy` keeps
// their requirements.
package tools

import (
	_ "go.etcd.io/etcd/server/v3"
	_ "helm.sh/helm/v3/cmd/helm"
	_ "sigs.k8s.io/kwok/cmd/kwok"
)
