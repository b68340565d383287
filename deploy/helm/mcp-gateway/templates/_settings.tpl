{{/*
Settings as environment variables (MCPGATEWAY_Section__Key). Lists of env entries; each define says which tiers want it.
*/}}

{{/* "Mcp:PageSize": "200" as an env entry; the map of a tier goes before the common one. (list common tier) */}}
{{- define "mcp-gateway.env.given" -}}
{{- $given := dict -}}
{{- range . -}}
{{- $given = merge (deepCopy .) $given -}}
{{- end -}}
{{- range $key, $value := $given }}
{{- /* Helm reads every number as a float, and would write 8388608 as 8.388608e+06. */}}
{{- if kindIs "float64" $value }}
{{- $value = ternary ($value | int64 | toString) ($value | toString) (eq $value (floor $value)) }}
{{- end }}
- name: MCPGATEWAY_{{ replace ":" "__" $key }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end -}}

{{/* All tiers. */}}
{{- define "mcp-gateway.env.common" -}}
- name: POD_IP
  valueFrom: { fieldRef: { fieldPath: status.podIP } }
- name: MCPGATEWAY_Cluster__ClusterId
  value: {{ include "mcp-gateway.clusterId" . | quote }}
- name: MCPGATEWAY_Cluster__ServiceId
  value: {{ .Values.cluster.serviceId | quote }}
- name: MCPGATEWAY_Cluster__Membership
  value: {{ .Values.cluster.membership }}
{{- if eq .Values.cluster.tls.mode "insecure" }}
- name: MCPGATEWAY_Cluster__InsecureTransport
  value: "true"
{{- else }}
- name: MCPGATEWAY_Cluster__Tls__CertificateFile
  value: /etc/mcp-gateway/tls/tls.crt
- name: MCPGATEWAY_Cluster__Tls__KeyFile
  value: /etc/mcp-gateway/tls/tls.key
- name: MCPGATEWAY_Cluster__Tls__AuthorityFile
  value: /etc/mcp-gateway/tls/ca.crt
{{- end }}
- name: MCPGATEWAY_Keys__CurrentFile
  value: /etc/mcp-gateway/keys/current
{{- if .Values.keys.previous }}
- name: MCPGATEWAY_Keys__PreviousFile
  value: /etc/mcp-gateway/keys/previous
{{- end }}
{{- if .Values.trustedAuthorities.configMap }}
{{- /* Read by .NET, besides what the image trusts. */}}
- name: SSL_CERT_FILE
  value: /etc/mcp-gateway/authorities/ca.crt
{{- end }}
{{- range $index, $host := include "mcp-gateway.hosts" . | splitList "\n" }}
- name: MCPGATEWAY_Network__AllowedHosts__{{ $index }}
  value: {{ $host | quote }}
{{- end }}
{{- if eq .Values.cluster.membership "redis" }}
{{- include "mcp-gateway.env.redis" . }}
{{- end }}
{{- with .Values.telemetry.endpoint }}
- name: MCPGATEWAY_Telemetry__Endpoint
  value: {{ . | quote }}
- name: MCPGATEWAY_Telemetry__Protocol
  value: {{ $.Values.telemetry.protocol | quote }}
- name: MCPGATEWAY_Telemetry__SampleRatio
  value: {{ $.Values.telemetry.sampleRatio | toString | quote }}
{{- with $.Values.telemetry.headersSecret }}
{{- if .name }}
- name: MCPGATEWAY_Telemetry__Headers
  valueFrom: { secretKeyRef: { name: {{ .name }}, key: {{ .key }} } }
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The names that a request's Host may have, one a line: probes and Prometheus come with the pod's own address. */}}
{{- define "mcp-gateway.hosts" -}}
{{- $name := include "mcp-gateway.fullname" . -}}
{{- $hosts := list (ternary "[$(POD_IP)]" "$(POD_IP)" .Values.ipv6) "localhost" -}}
{{- range $tier := list "frontend" "dashboard" -}}
{{- $service := printf "%s-%s" $name $tier -}}
{{- $hosts = concat $hosts (list $service (printf "%s.%s" $service $.Release.Namespace) (printf "%s.%s.svc" $service $.Release.Namespace) (printf "%s.%s.svc.%s" $service $.Release.Namespace $.Values.clusterDomain)) -}}
{{- end -}}
{{- if .Values.httpRoute.enabled -}}
{{- $hosts = concat $hosts .Values.httpRoute.hostnames -}}
{{- end -}}
{{- with include "mcp-gateway.publicUrl" . -}}
{{- $hosts = append $hosts ((urlParse .).host | regexFind "^(\\[[^\\]]*\\]|[^:]*)") -}}
{{- end -}}
{{- $hosts = append $hosts (include "mcp-gateway.publicHost" .) -}}
{{- concat $hosts .Values.allowedHosts | compact | uniq | join "\n" -}}
{{- end -}}

{{/* What stands between clients and the tiers that they reach. */}}
{{- define "mcp-gateway.env.edge" -}}
{{- with include "mcp-gateway.publicUrl" . }}
- name: MCPGATEWAY_Http__PublicUrl
  value: {{ . | quote }}
{{- end }}
{{- range $index, $origin := .Values.allowedOrigins }}
- name: MCPGATEWAY_Network__AllowedOrigins__{{ $index }}
  value: {{ $origin | quote }}
{{- end }}
{{- range $index, $network := .Values.trustedProxies }}
- name: MCPGATEWAY_Network__TrustedProxies__{{ $index }}
  value: {{ $network | quote }}
{{- end }}
{{- end -}}

{{/* The tiers that call MCP servers. */}}
{{- define "mcp-gateway.env.upstreams" -}}
{{- if .Values.upstreams.allowPrivateNetworks }}
- name: MCPGATEWAY_Upstreams__AllowPrivateNetworks
  value: "true"
{{- end }}
{{- range $index, $network := .Values.upstreams.allowedNetworks }}
- name: MCPGATEWAY_Upstreams__AllowedNetworks__{{ $index }}
  value: {{ $network | quote }}
{{- end }}
{{- end -}}

{{- define "mcp-gateway.env.redis" -}}
{{- if eq .Values.redis.mode "bundled" }}
- name: REDIS_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ include "mcp-gateway.fullname" . }}-redis, key: password } }
- name: MCPGATEWAY_Cluster__Redis
  value: {{ include "mcp-gateway.fullname" . }}-redis:6379,password=$(REDIS_PASSWORD)
{{- else }}
{{- with .Values.redis.external }}
{{- if .existingSecret }}
- name: MCPGATEWAY_Cluster__Redis
  valueFrom: { secretKeyRef: { name: {{ .existingSecret }}, key: {{ .connectionStringKey }} } }
{{- else }}
{{- if .passwordSecret.name }}
- name: REDIS_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ .passwordSecret.name }}, key: {{ .passwordSecret.key }} } }
{{- end }}
- name: MCPGATEWAY_Cluster__Redis
  value: {{ printf "%s:%d,ssl=%t" .host (int .port) .tls }}{{ with .username }},user={{ . }}{{ end }}{{ if .passwordSecret.name }},password=$(REDIS_PASSWORD){{ end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Where the rows are. (dict "root" $ "setting" "Storage__ConnectionString") */}}
{{- define "mcp-gateway.env.database" -}}
{{- $external := .root.Values.database.external -}}
{{- if eq .root.Values.database.mode "bundled" }}
- name: PGPASSWORD
  valueFrom: { secretKeyRef: { name: {{ include "mcp-gateway.fullname" .root }}-postgresql, key: password } }
- name: MCPGATEWAY_{{ .setting }}
  value: Host={{ include "mcp-gateway.fullname" .root }}-postgresql;Port=5432;Database=mcpgateway;Username=mcpgateway;GssEncryptionMode=Disable
{{- else if $external.existingSecret }}
- name: MCPGATEWAY_{{ .setting }}
  valueFrom: { secretKeyRef: { name: {{ $external.existingSecret }}, key: {{ $external.connectionStringKey }} } }
{{- else }}
- name: PGPASSWORD
  valueFrom: { secretKeyRef: { name: {{ $external.passwordSecret.name }}, key: {{ $external.passwordSecret.key }} } }
- name: MCPGATEWAY_{{ .setting }}
  value: {{ include "mcp-gateway.connectionString" .root | quote }}
{{- end }}
{{- end -}}

{{- define "mcp-gateway.connectionString" -}}
{{- with .Values.database.external -}}
{{- /* The images have no Kerberos to ask the server for. */ -}}
{{- printf "Host=%s;Port=%d;Database=%s;Username=%s;SSL Mode=%s;GssEncryptionMode=Disable" .host (int .port) .name .username .sslMode -}}
{{- if .caSecret.name -}};Root Certificate=/etc/mcp-gateway/database/{{ .caSecret.key }}{{- end -}}
{{- with .parameters -}};{{ . }}{{- end -}}
{{- end -}}
{{- end -}}

{{/* Silos and the migration. */}}
{{- define "mcp-gateway.env.storage" -}}
- name: MCPGATEWAY_Storage__Provider
  value: postgres
- name: MCPGATEWAY_Storage__MigrateAtStart
  value: "false"
{{- include "mcp-gateway.env.database" (dict "root" . "setting" "Storage__ConnectionString") }}
{{- end -}}

{{/* The first silo makes the first administrator. */}}
{{- define "mcp-gateway.env.admin" -}}
- name: MCPGATEWAY_ADMIN_EMAIL
  value: {{ .Values.admin.email | quote }}
- name: MCPGATEWAY_ADMIN_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ include "mcp-gateway.adminSecret" . }}, key: password } }
{{- end -}}

{{/* Frontends and dashboards, where membership is kept in PostgreSQL: a role of its own, else that of the silos. */}}
{{- define "mcp-gateway.env.membership" -}}
{{- if eq .Values.cluster.membership "postgres" }}
{{- if .Values.cluster.membershipDatabase.existingSecret }}
- name: MCPGATEWAY_Cluster__ConnectionString
  valueFrom: { secretKeyRef: { name: {{ .Values.cluster.membershipDatabase.existingSecret }}, key: {{ .Values.cluster.membershipDatabase.key }} } }
{{- else }}
{{- include "mcp-gateway.env.database" (dict "root" . "setting" "Cluster__ConnectionString") }}
{{- end }}
{{- end }}
{{- end -}}
