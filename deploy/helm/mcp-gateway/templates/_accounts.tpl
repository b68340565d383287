{{/* What every tier has beside its workload. None of them talks to the Kubernetes API, so no account has a token. */}}
{{- define "mcp-gateway.budgetAndAccount" -}}
{{- $name := printf "%s-%s" (include "mcp-gateway.fullname" .root) .tier }}
{{- if .values.disruptionBudget.enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $name }}
  labels: {{- include "mcp-gateway.labels" . | nindent 4 }}
spec:
  maxUnavailable: {{ .values.disruptionBudget.maxUnavailable }}
  # A pod that is not ready anyway does not keep a node from being drained.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels: {{- include "mcp-gateway.selector" . | nindent 6 }}
{{- end }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $name }}
  labels: {{- include "mcp-gateway.labels" . | nindent 4 }}
automountServiceAccountToken: false
{{- end -}}
