{{/*
What the pods of all tiers have in common. (dict "root" $ "tier" "frontend" "values" .Values.frontend …); the tiers' own templates say the rest.
*/}}

{{- define "mcp-gateway.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "mcp-gateway.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/* Where a tier's pods go: apart from each other, over zones and nodes. */}}
{{- define "mcp-gateway.placement" -}}
{{- with .values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- if eq .values.antiAffinity "soft" }}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector: { matchLabels: { {{- include "mcp-gateway.selector" (dict "root" .root "component" .tier) | replace "\n" ", " -}} } }
{{- else if eq .values.antiAffinity "hard" }}
affinity:
  podAntiAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector: { matchLabels: { {{- include "mcp-gateway.selector" (dict "root" .root "component" .tier) | replace "\n" ", " -}} } }
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: ScheduleAnyway
    labelSelector: { matchLabels: { {{- include "mcp-gateway.selector" (dict "root" .root "component" .tier) | replace "\n" ", " -}} } }
{{- end -}}

{{/* Probes come with a Host that is served. Two minutes to start: a first start pulls the cluster's state together. (a port's name) */}}
{{- define "mcp-gateway.probes" -}}
startupProbe:
  httpGet: { path: /startup, port: {{ . }}, httpHeaders: [{ name: Host, value: localhost }] }
  periodSeconds: 2
  timeoutSeconds: 3
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /health, port: {{ . }}, httpHeaders: [{ name: Host, value: localhost }] }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet: { path: /ready, port: {{ . }}, httpHeaders: [{ name: Host, value: localhost }] }
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
{{- end -}}

{{/* Volumes of every program of ours. (288 is 0440: for the group alone, which fsGroup is.) */}}
{{- define "mcp-gateway.volumes" -}}
- name: tmp
  emptyDir: { sizeLimit: 256Mi }
- name: keys
  secret: { secretName: {{ include "mcp-gateway.keysSecret" . }}, defaultMode: 288 }
{{- if ne .Values.cluster.tls.mode "insecure" }}
- name: tls
  secret: { secretName: {{ include "mcp-gateway.tlsSecret" . }}, defaultMode: 288 }
{{- end }}
{{- if .Values.trustedAuthorities.configMap }}
- name: authorities
  configMap: { name: {{ .Values.trustedAuthorities.configMap }}, items: [{ key: {{ .Values.trustedAuthorities.key | quote }}, path: ca.crt }] }
{{- end }}
{{- end -}}

{{/* Mounted as folders, not by subPath: so a renewed certificate arrives. */}}
{{- define "mcp-gateway.mounts" -}}
- { name: tmp, mountPath: /tmp }
- { name: keys, mountPath: /etc/mcp-gateway/keys, readOnly: true }
{{- if ne .Values.cluster.tls.mode "insecure" }}
- { name: tls, mountPath: /etc/mcp-gateway/tls, readOnly: true }
{{- end }}
{{- if .Values.trustedAuthorities.configMap }}
- { name: authorities, mountPath: /etc/mcp-gateway/authorities, readOnly: true }
{{- end }}
{{- end -}}

{{/* "yes" where the programs need the authority of the database's certificate. */}}
{{- define "mcp-gateway.databaseCa" -}}
{{- if and (eq .Values.database.mode "external") (not .Values.database.external.existingSecret) .Values.database.external.caSecret.name -}}yes{{- end -}}
{{- end -}}

{{- define "mcp-gateway.databaseVolume" -}}
{{- if include "mcp-gateway.databaseCa" . }}
- name: database
  secret: { secretName: {{ .Values.database.external.caSecret.name }}, defaultMode: 288 }
{{- end }}
{{- end -}}

{{- define "mcp-gateway.databaseMount" -}}
{{- if include "mcp-gateway.databaseCa" . }}
- { name: database, mountPath: /etc/mcp-gateway/database, readOnly: true }
{{- end }}
{{- end -}}

{{/* Puts parts of a list under each other, leaving out the empty ones. */}}
{{- define "mcp-gateway.join" -}}
{{- $parts := list -}}
{{- range . -}}
{{- $parts = append $parts (trim .) -}}
{{- end -}}
{{- $parts | compact | join "\n" -}}
{{- end -}}

{{/* Head of a pod template: labels, account, security, pull Secrets. */}}
{{- define "mcp-gateway.podMetadata" -}}
labels:
  {{- include "mcp-gateway.labels" (dict "root" .root "component" .tier) | nindent 2 }}
  {{- with .values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .values.podAnnotations }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "mcp-gateway.podHead" -}}
serviceAccountName: {{ include "mcp-gateway.fullname" .root }}-{{ .tier }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- include "mcp-gateway.pullSecrets" .root }}
securityContext: {{- include "mcp-gateway.podSecurity" 1654 | nindent 2 }}
{{- end -}}

{{- define "mcp-gateway.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* A tier that speaks HTTP with clients: frontends and dashboards. Adds "port" (a number) and "env" to the usual arguments. */}}
{{- define "mcp-gateway.edgePod" -}}
{{ include "mcp-gateway.podHead" . }}
terminationGracePeriodSeconds: {{ .values.terminationGracePeriodSeconds }}
containers:
  - name: {{ .tier }}
    image: {{ include "mcp-gateway.image" (dict "root" .root "image" .tier) }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    args: ["--urls", "http://*:{{ .port }}"]
    securityContext: {{- include "mcp-gateway.containerSecurity" . | nindent 6 }}
    ports:
      - { name: http, containerPort: {{ .port }} }
    env: {{- .env | nindent 6 }}
    resources: {{- toYaml .values.resources | nindent 6 }}
    lifecycle: { preStop: { sleep: { seconds: {{ .values.preStopSeconds }} } } }
    {{- include "mcp-gateway.probes" "http" | nindent 4 }}
    volumeMounts: {{- include "mcp-gateway.join" (list (include "mcp-gateway.mounts" .root) (.databaseMount | default "")) | nindent 6 }}
volumes: {{- include "mcp-gateway.join" (list (include "mcp-gateway.volumes" .root) (.databaseVolume | default "")) | nindent 2 }}
{{ include "mcp-gateway.placement" . }}
{{- end -}}

{{/* A silo, of either role. Adds "image" and "roles" to the usual arguments. */}}
{{- define "mcp-gateway.siloPod" -}}
{{- $stdio := eq .tier "stdio" -}}
{{- $role := "" -}}
{{- $homeVolume := "" -}}
{{- $homeMount := "" -}}
{{- if $stdio -}}
{{- $role = "- { name: MCPGATEWAY_Cluster__Roles, value: stdio }\n- { name: HOME, value: /home/app }" -}}
{{- $homeVolume = printf "- name: home\n  emptyDir: { sizeLimit: %s }" .values.homeSizeLimit -}}
{{- $homeMount = "- { name: home, mountPath: /home/app }" -}}
{{- end -}}
{{- $storage := include "mcp-gateway.env.storage" .root -}}
{{- $admin := include "mcp-gateway.env.admin" .root -}}
{{- $common := include "mcp-gateway.env.common" .root -}}
{{- $address := "- name: MCPGATEWAY_Cluster__AdvertisedAddress\n  value: $(POD_IP)\n- { name: MCPGATEWAY_Cluster__SiloPort, value: \"11111\" }\n- { name: MCPGATEWAY_Cluster__GatewayPort, value: \"30000\" }" -}}
{{ include "mcp-gateway.podHead" . }}
terminationGracePeriodSeconds: {{ .values.terminationGracePeriodSeconds }}
{{- if $stdio }}
{{- with .values.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- end }}
{{- if eq .root.Values.database.mode "bundled" }}
initContainers:
  # The bundled database comes with the release itself, so no hook can have it ready before: each pod sees to the schema, under a lock.
  - name: migrate
    image: {{ include "mcp-gateway.image" (dict "root" .root "image" .tier) }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    args: [migrate]
    securityContext: {{- include "mcp-gateway.containerSecurity" . | nindent 6 }}
    # The database's image may still be on its way: waiting is quicker than to be started again and again, each time later.
    env: {{- include "mcp-gateway.join" (list $storage "- { name: MCPGATEWAY_Storage__StartWait, value: \"00:05:00\" }") | nindent 6 }}
    resources: {{- toYaml .root.Values.migration.resources | nindent 6 }}
    volumeMounts:
      - { name: tmp, mountPath: /tmp }
{{- end }}
containers:
  - name: {{ .tier }}
    image: {{ include "mcp-gateway.image" (dict "root" .root "image" .tier) }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    args: ["--urls", "http://*:8081"]
    securityContext: {{- include "mcp-gateway.containerSecurity" . | nindent 6 }}
    ports:
      - { name: health, containerPort: 8081 }
      - { name: silo, containerPort: 11111 }
      - { name: gateway, containerPort: 30000 }
    env: {{- include "mcp-gateway.join" (list $common $address $role $storage $admin (include "mcp-gateway.env.upstreams" .root) (include "mcp-gateway.env.given" (list .root.Values.settings .values.settings)) (include "mcp-gateway.extraEnv" .values)) | nindent 6 }}
    resources: {{- toYaml .values.resources | nindent 6 }}
    {{- include "mcp-gateway.probes" "health" | nindent 4 }}
    volumeMounts: {{- include "mcp-gateway.join" (list (include "mcp-gateway.mounts" .root) (include "mcp-gateway.databaseMount" .root) $homeMount) | nindent 6 }}
volumes: {{- include "mcp-gateway.join" (list (include "mcp-gateway.volumes" .root) (include "mcp-gateway.databaseVolume" .root) $homeVolume) | nindent 2 }}
{{ include "mcp-gateway.placement" . }}
{{- end -}}

{{- define "mcp-gateway.extraEnv" -}}
{{- with .extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}
