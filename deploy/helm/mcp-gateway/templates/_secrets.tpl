{{/*
Random values of this release, made once: what a Secret in the cluster has already is taken from there, so an upgrade changes nothing. Held in
.Values for the time of one rendering. Needs access to the cluster: tools that only render (Argo CD, helm template) would make new ones each
time and must be given existing Secrets.
*/}}
{{- define "mcp-gateway.generate" -}}
{{- if not (hasKey .Values "made") -}}
{{- $name := include "mcp-gateway.fullname" . -}}
{{- $made := dict -}}
{{- $_ := set $made "master" (include "mcp-gateway.kept" (dict "root" . "secret" (printf "%s-keys" $name) "key" "current") | default (randBytes 32 | b64enc)) -}}
{{- $_ := set $made "admin" (include "mcp-gateway.kept" (dict "root" . "secret" (printf "%s-admin" $name) "key" "password") | default (randAlphaNum 24 | b64enc)) -}}
{{- $_ := set $made "postgresql" (include "mcp-gateway.kept" (dict "root" . "secret" (printf "%s-postgresql" $name) "key" "password") | default (randAlphaNum 32 | b64enc)) -}}
{{- $_ := set $made "redis" (include "mcp-gateway.kept" (dict "root" . "secret" (printf "%s-redis" $name) "key" "password") | default (randAlphaNum 32 | b64enc)) -}}
{{- $_ := set .Values "made" $made -}}
{{- end -}}
{{- end -}}

{{/* What a key of a Secret in the cluster holds, in base64; empty where there is none. */}}
{{- define "mcp-gateway.kept" -}}
{{- $secret := lookup "v1" "Secret" .root.Release.Namespace .secret -}}
{{- if $secret -}}
{{- get (default dict $secret.data) .key -}}
{{- end -}}
{{- end -}}

{{/*
"yes" where the cluster has this Secret from this release. It stays in the release even when a Secret of the operator's takes its place: helm
refuses to roll back to a revision whose objects exist without being part of the present one.
*/}}
{{- define "mcp-gateway.ours" -}}
{{- $secret := lookup "v1" "Secret" .root.Release.Namespace .secret -}}
{{- if $secret -}}
{{- $annotations := default dict $secret.metadata.annotations -}}
{{- if and (eq (get $annotations "meta.helm.sh/release-name" | toString) .root.Release.Name) (eq (get $annotations "meta.helm.sh/release-namespace" | toString) .root.Release.Namespace) -}}yes{{- end -}}
{{- end -}}
{{- end -}}

{{/* tls.crt, tls.key and ca.crt of the generated authority, as a Secret's data. */}}
{{- define "mcp-gateway.generatedTls" -}}
{{- $name := include "mcp-gateway.fullname" . -}}
{{- $secret := lookup "v1" "Secret" .Release.Namespace (printf "%s-cluster-tls" $name) -}}
{{- $data := dict -}}
{{- if $secret -}}
{{- $data = default dict $secret.data -}}
{{- end -}}
{{- if and (hasKey $data "tls.crt") (hasKey $data "tls.key") (hasKey $data "ca.crt") -}}
tls.crt: {{ get $data "tls.crt" }}
tls.key: {{ get $data "tls.key" }}
ca.crt: {{ get $data "ca.crt" }}
{{- else -}}
{{- $authority := genCA (printf "%s-cluster-ca" $name) 3650 -}}
{{- $certificate := genSignedCert (printf "%s-cluster" $name) nil (list (printf "%s-cluster" $name)) 3650 $authority -}}
tls.crt: {{ $certificate.Cert | b64enc }}
tls.key: {{ $certificate.Key | b64enc }}
ca.crt: {{ $authority.Cert | b64enc }}
{{- end -}}
{{- end -}}
