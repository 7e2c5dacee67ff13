{{- define "heat-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "heat-operator.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 53 | trimSuffix "-" }}
{{- else if contains (include "heat-operator.name" .) .Release.Name }}
{{- .Release.Name | trunc 53 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "heat-operator.name" .) | trunc 53 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "heat-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "heat-operator.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.name is needed when serviceAccount.create is false" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "heat-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "heat-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: controller
{{- end }}

{{- define "heat-operator.labels" -}}
app.kubernetes.io/name: {{ include "heat-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: heat-operator
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "heat-operator.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end }}
{{- end }}

{{- /* The namespaces to work in, comma-separated; empty: all of them. */}}
{{- define "heat-operator.namespaces" -}}
{{- if not .Values.clusterWide }}
{{- default (list .Release.Namespace) .Values.namespaces | join "," }}
{{- end }}
{{- end }}

{{- define "heat-operator.subject" -}}
- kind: ServiceAccount
  name: {{ include "heat-operator.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}
