{{- define "mcp-gateway.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Labels by which a tier's pods are found; they never change. (dict "root" $ "component" "frontend") */}}
{{- define "mcp-gateway.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "mcp-gateway.labels" -}}
{{ include "mcp-gateway.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: mcp-gateway
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* (dict "root" $ "image" "frontend") */}}
{{- define "mcp-gateway.image" -}}
{{- $image := index .root.Values.image .image -}}
{{- $repository := printf "%s/%s" (required "image.registry: say where the images are, such as registry.example.com/mcp" .root.Values.image.registry | trimSuffix "/") $image.name -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (default .root.Chart.AppVersion .root.Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "mcp-gateway.clusterId" -}}
{{- default (printf "%s-%s" .Release.Namespace .Release.Name) .Values.cluster.id -}}
{{- end -}}

{{- define "mcp-gateway.keysSecret" -}}
{{- default (printf "%s-keys" (include "mcp-gateway.fullname" .)) .Values.keys.existingSecret -}}
{{- end -}}

{{- define "mcp-gateway.adminSecret" -}}
{{- default (printf "%s-admin" (include "mcp-gateway.fullname" .)) .Values.admin.existingSecret -}}
{{- end -}}

{{- define "mcp-gateway.tlsSecret" -}}
{{- if eq .Values.cluster.tls.mode "existingSecret" -}}
{{- required "cluster.tls.existingSecret: name the Secret with tls.crt, tls.key and ca.crt" .Values.cluster.tls.existingSecret -}}
{{- else -}}
{{- include "mcp-gateway.fullname" . }}-cluster-tls
{{- end -}}
{{- end -}}

{{/* The host that clients use: of the Ingress or of the route; may be empty. */}}
{{- define "mcp-gateway.publicHost" -}}
{{- if .Values.ingress.enabled -}}
{{- .Values.ingress.host -}}
{{- else if .Values.httpRoute.enabled -}}
{{- first .Values.httpRoute.hostnames -}}
{{- end -}}
{{- end -}}

{{- define "mcp-gateway.publicUrl" -}}
{{- if .Values.publicUrl -}}
{{- .Values.publicUrl -}}
{{- else if .Values.ingress.enabled -}}
{{- printf "%s://%s" (ternary "https" "http" .Values.ingress.tls.enabled) .Values.ingress.host -}}
{{- else if .Values.httpRoute.enabled -}}
{{- printf "https://%s" (first .Values.httpRoute.hostnames) -}}
{{- end -}}
{{- end -}}

{{/* What no values file can be right with; said before anything is made. */}}
{{- define "mcp-gateway.check" -}}
{{- if eq .Values.database.mode "external" -}}
{{- if not (or .Values.database.external.existingSecret .Values.database.external.host) -}}
{{- fail "database.external: give existingSecret (a connection string) or host and passwordSecret.name; or, for a trial, database.mode=bundled" -}}
{{- end -}}
{{- if not (or .Values.database.external.existingSecret .Values.database.external.passwordSecret.name) -}}
{{- fail "database.external.passwordSecret.name: name the Secret with the database's password" -}}
{{- end -}}
{{- end -}}
{{- if eq .Values.cluster.membership "redis" -}}
{{- if eq .Values.redis.mode "external" -}}
{{- if not (or .Values.redis.external.existingSecret .Values.redis.external.host) -}}
{{- fail "redis.external: give existingSecret (a connection string) or host; or cluster.membership=postgres; or, for a trial, redis.mode=bundled" -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.serviceMonitor.enabled (not .Values.serviceMonitor.tokenSecret.name) -}}
{{- fail "serviceMonitor.tokenSecret.name: name the Secret with an API token that has the permission metrics.read" -}}
{{- end -}}
{{- if and .Values.ingress.enabled .Values.httpRoute.enabled -}}
{{- fail "ingress.enabled, httpRoute.enabled: choose one of them" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) -}}
{{- fail "ingress.host: say under which name clients reach the gateway" -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (or (not .Values.httpRoute.hostnames) (not .Values.httpRoute.parentRefs)) -}}
{{- fail "httpRoute.hostnames, httpRoute.parentRefs: say under which names and at which Gateway clients reach the gateway" -}}
{{- end -}}
{{- if and .Values.frontend.autoscaling.enabled (lt (int .Values.frontend.autoscaling.maxReplicas) (int .Values.frontend.autoscaling.minReplicas)) -}}
{{- fail "frontend.autoscaling.maxReplicas: must not be less than minReplicas" -}}
{{- end -}}
{{- end -}}
