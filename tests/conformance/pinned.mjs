// The official client, held to one revision of the protocol: it offers nothing else and accepts nothing else.
import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

export const modern = '2026-07-28';
const httpAndSse = '2024-11-05';

/**
 * Connects to a virtual server of the gateway.
 * @param {{ server: string, revision: string, capabilities?: object, token?: string, prepare?: (client: Client) => void }} options
 * `server` is the address without its last part (`/mcp`, or `/sse` for 2024-11-05); `prepare` sets the client's handlers before it connects.
 */
export async function connect({ server, revision, capabilities = {}, token, prepare }) {
  const client = new Client({ name: 'pinned', version: '1.0.0' }, {
    capabilities,
    supportedProtocolVersions: [revision],
    versionNegotiation: { mode: revision === modern ? { pin: modern } : 'legacy' },
  });
  prepare?.(client);
  const requestInit = token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } };
  const transport = revision === httpAndSse
    ? new SSEClientTransport(new URL(`${server}/sse`), { requestInit })
    : new StreamableHTTPClientTransport(new URL(`${server}/mcp`), { requestInit });
  await client.connect(transport);
  return { client, transport };
}
