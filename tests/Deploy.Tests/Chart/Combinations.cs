using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using McpGateway.Deploy.Tests.Hosting;

namespace McpGateway.Deploy.Tests.Chart;

/// <summary>Installations as operators have them. Whatever holds for the chart holds for each.</summary>
internal static class Combinations
{
    private static readonly Dictionary<string, string> s_values = new()
    {
        ["least"] = Helm.Least,
        ["trial"] = """
            image: { registry: localhost:5000 }
            database: { mode: bundled }
            redis: { mode: bundled }
            """,
        ["trial, everything on"] = """
            image: { registry: localhost:5000, pullSecrets: [pull] }
            database: { mode: bundled, bundled: { storage: { size: 1Gi, storageClassName: fast } } }
            redis: { mode: bundled }
            stdio: { enabled: true }
            grafanaDashboard: { enabled: true }
            """,
        ["PostgreSQL alone"] = """
            image: { registry: registry.example.com/mcp }
            cluster: { membership: postgres }
            database: { external: { host: db.example.com, passwordSecret: { name: db }, caSecret: { name: db-ca }, parameters: "Maximum Pool Size=50" } }
            """,
        ["PostgreSQL alone, bundled"] = """
            image: { registry: registry.example.com/mcp }
            cluster: { membership: postgres }
            database: { mode: bundled }
            """,
        ["a role of its own for membership"] = Helm.Least + """
            cluster: { membership: postgres, membershipDatabase: { existingSecret: members } }
            """,
        ["Redis in parts"] = """
            image: { registry: registry.example.com/mcp, tag: 9.9.9 }
            database: { external: { host: db.example.com, port: 6432, passwordSecret: { name: db, key: pw }, sslMode: Require } }
            redis: { external: { host: redis.example.com, port: 6380, username: gateway, passwordSecret: { name: redis-pw } } }
            """,
        ["nginx"] = Helm.Least + """
            ingress: { enabled: true, className: nginx, host: mcp.example.com, controller: nginx, annotations: { cert-manager.io/cluster-issuer: public } }
            trustedProxies: [10.0.0.0/8, "fd00::/8"]
            allowedOrigins: ["https://app.example.com"]
            """,
        ["Traefik without TLS"] = Helm.Least + """
            ingress: { enabled: true, className: traefik, host: mcp.example.com, controller: traefik, tls: { enabled: false } }
            """,
        ["HAProxy"] = Helm.Least + """
            ingress: { enabled: true, host: mcp.example.com, controller: haproxy, tls: { secretName: wildcard } }
            dashboard: { service: { type: ClusterIP, port: 80, annotations: { a: b }, sessionAffinity: ClientIP } }
            """,
        ["Gateway API"] = Helm.Least + """
            httpRoute:
              enabled: true
              hostnames: [mcp.example.com, mcp.internal]
              parentRefs: [{ name: public, namespace: gateways, sectionName: https }]
              sessionPersistence: true
            """,
        ["cert-manager"] = Helm.Least + """
            cluster: { tls: { mode: certManager } }
            """,
        ["cert-manager's issuer of the company"] = Helm.Least + """
            cluster: { tls: { mode: certManager, certManager: { issuerRef: { name: company, kind: ClusterIssuer, group: cert-manager.io } } } }
            """,
        ["everything from existing Secrets"] = Helm.Least + """
            cluster: { tls: { mode: existingSecret, existingSecret: silo-tls } }
            keys: { existingSecret: master, previous: true }
            admin: { email: ops@example.com, existingSecret: ops }
            telemetry: { endpoint: "https://collector.example.com", headersSecret: { name: otel, key: headers } }
            tests: { tokenSecret: { name: test-token }, image: "docker.io/library/node:24-alpine" }
            """,
        ["insecure, behind a mesh"] = Helm.Least + """
            cluster: { tls: { mode: insecure } }
            networkPolicy: { enabled: false }
            """,
        ["stdio in a sandbox"] = Helm.Least + """
            stdio: { enabled: true, runtimeClassName: gvisor, antiAffinity: hard, nodeSelector: { pool: sandbox }, tolerations: [{ key: sandbox, operator: Exists }] }
            """,
        ["closed network"] = Helm.Least + """
            telemetry: { endpoint: "http://collector.observability:4317", protocol: grpc, sampleRatio: 0.1 }
            networkPolicy:
              from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress } } }]
              metricsFrom: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } } }]
              telemetryTo: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: observability } } }]
              databaseTo: [{ ipBlock: { cidr: 10.1.2.3/32 } }]
              redisTo: [{ ipBlock: { cidr: 10.1.2.4/32 } }]
              upstreamEgress: []
            upstreams: { allowedNetworks: [10.2.0.0/16] }
            trustedAuthorities: { configMap: company-authorities, key: bundle.pem }
            """,
        ["watched"] = Helm.Least + """
            serviceMonitor: { enabled: true, interval: 15s, labels: { release: prometheus }, tokenSecret: { name: prometheus, key: token } }
            grafanaDashboard: { enabled: true, annotations: { folder: MCP } }
            """,
        ["no dashboard, no tests, fixed size"] = Helm.Least + """
            dashboard: { enabled: false }
            tests: { enabled: false }
            frontend: { replicas: 5, autoscaling: { enabled: false }, disruptionBudget: { enabled: true, maxUnavailable: 40% } }
            migration: { enabled: false }
            """,
        ["settings of all kinds"] = Helm.Least + """
            settings: { "Mcp:PageSize": 200, "Access:OfflineGrace": "00:02:00", "Telemetry:Traces": false, "Http:MaxRequestBodyBytes": 8388608, "Telemetry:SampleRatio": 0.25 }
            frontend: { settings: { "Mcp:PageSize": 500 }, extraEnv: [{ name: OTEL_RESOURCE_ATTRIBUTES, value: env=prod }] }
            upstreams: { allowPrivateNetworks: true }
            allowedHosts: ["*.corp.example.com"]
            publicUrl: https://mcp.example.com:8443
            commonLabels: { team: platform }
            image: { registry: registry.example.com/mcp, frontend: { name: fe, digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" } }
            """,
        ["other names"] = Helm.Least + """
            fullnameOverride: mcp
            ipv6: true
            clusterDomain: k8s.example.com
            cluster: { id: blue }
            silo: { replicas: 5, priorityClassName: high, podLabels: { a: b }, podAnnotations: { c: d }, antiAffinity: none }
            """,
    };

    private static readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyList<JsonNode>>>> s_rendered = new();

    public static TheoryData<string> Names => [.. s_values.Keys];

    /// <summary>The objects of an installation; rendered once for all tests, and not to be changed by any.</summary>
    public static Task<IReadOnlyList<JsonNode>> RenderAsync(string name) =>
        s_rendered.GetOrAdd(name, static one => new(() => Helm.RenderAsync(s_values[one]))).Value;
}
