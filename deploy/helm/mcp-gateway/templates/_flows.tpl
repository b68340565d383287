{{/* Parts of NetworkPolicies: egress rules towards one thing each. */}}

{{- define "mcp-gateway.egress.dns" -}}
- ports:
    - { protocol: UDP, port: 53 }
    - { protocol: TCP, port: 53 }
{{- end -}}

{{/* (dict "root" $ "component" "silo" "port" 11111), to pods of this release */}}
{{- define "mcp-gateway.peer" -}}
podSelector:
  matchLabels: {{- include "mcp-gateway.selector" . | nindent 4 }}
{{- end -}}

{{/* Silos of either role, at the given port. (dict "root" $ "port" 30000) */}}
{{- define "mcp-gateway.egress.silos" -}}
- to:
    {{- range $component := ternary (list "silo" "stdio") (list "silo") .root.Values.stdio.enabled }}
    - {{- include "mcp-gateway.peer" (dict "root" $.root "component" $component) | nindent 6 }}
    {{- end }}
  ports: [{ protocol: TCP, port: {{ .port }} }]
{{- end -}}

{{- define "mcp-gateway.egress.database" -}}
{{- if eq .Values.database.mode "bundled" }}
- to:
    - {{- include "mcp-gateway.peer" (dict "root" . "component" "postgresql") | nindent 6 }}
  ports: [{ protocol: TCP, port: 5432 }]
{{- else }}
- {{- with .Values.networkPolicy.databaseTo }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
  ports: [{ protocol: TCP, port: {{ .Values.database.external.port }} }]
{{- end }}
{{- end -}}

{{/* Where members are listed. */}}
{{- define "mcp-gateway.egress.membership" -}}
{{- if eq .Values.cluster.membership "postgres" }}
{{- include "mcp-gateway.egress.database" . }}
{{- else if eq .Values.redis.mode "bundled" }}
- to:
    - {{- include "mcp-gateway.peer" (dict "root" . "component" "redis") | nindent 6 }}
  ports: [{ protocol: TCP, port: 6379 }]
{{- else }}
- {{- with .Values.networkPolicy.redisTo }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
  ports: [{ protocol: TCP, port: {{ .Values.redis.external.port }} }]
{{- end }}
{{- end -}}

{{- define "mcp-gateway.egress.telemetry" -}}
{{- with .Values.telemetry.endpoint }}
- {{- with $.Values.networkPolicy.telemetryTo }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
  ports: [{ protocol: TCP, port: {{ include "mcp-gateway.portOf" . }} }]
{{- end }}
{{- end -}}

{{/* The port of an address. */}}
{{- define "mcp-gateway.portOf" -}}
{{- $address := urlParse . -}}
{{- regexFind "[0-9]+$" (regexFind ":[0-9]+$" $address.host) | default (ternary "443" "80" (eq $address.scheme "https")) -}}
{{- end -}}

{{/* Who comes from outside to a tier's port. (dict "root" $ "port" 4444) */}}
{{- define "mcp-gateway.ingress.clients" -}}
- {{- with .root.Values.networkPolicy.from }}
  from: {{- toYaml . | nindent 4 }}
  {{- end }}
  ports: [{ protocol: TCP, port: {{ .port }} }]
{{- end -}}
