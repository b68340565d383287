// Drives a real MCP client, one command a line on standard input:
//   {"id":1,"op":"connect","args":{"library":"sdk"|"client","mode":…,"transport":"http"|"sse"|"stdio","url":…,"token":…,"command":…}}
//   {"id":2,"op":"call","args":{"method":"listTools","params":{…},"progress":true}}      a method of the client
//   {"id":3,"op":"abort","args":{"call":2}}      {"id":4,"op":"close"}
// Answers {"id":…,"ok":…} or {"id":…,"error":{…}}; what the server says unasked is {"event":…}.
import { createInterface } from 'node:readline';

const info = { name: 'end-to-end', version: '1.0.0' };
const running = new Map();
const say = message => process.stdout.write(JSON.stringify(message) + '\n');
let library, client, transport;

const load = {
  sdk: async () => ({
    Client: (await import('@modelcontextprotocol/sdk/client/index.js')).Client,
    http: (await import('@modelcontextprotocol/sdk/client/streamableHttp.js')).StreamableHTTPClientTransport,
    sse: (await import('@modelcontextprotocol/sdk/client/sse.js')).SSEClientTransport,
    stdio: (await import('@modelcontextprotocol/sdk/client/stdio.js')).StdioClientTransport,
  }),
  client: async () => {
    const all = await import('@modelcontextprotocol/client');
    return {
      Client: all.Client,
      http: all.StreamableHTTPClientTransport,
      sse: all.SSEClientTransport,
      stdio: (await import('@modelcontextprotocol/client/stdio')).StdioClientTransport,
    };
  },
};

async function connect(args) {
  library = args.library;
  const kinds = await load[library]();
  const options = { capabilities: args.capabilities ?? {} };
  if (args.mode) options.versionNegotiation = { mode: args.mode };
  client = new kinds.Client(info, options);
  client.fallbackNotificationHandler = async notification => say({ event: 'notification', ...notification });
  client.onerror = error => say({ event: 'error', message: String(error?.message ?? error) });
  client.onclose = () => say({ event: 'close' });
  transport = args.transport === 'stdio'
    ? new kinds.stdio({ command: args.command, args: args.args, env: args.env, stderr: 'inherit' })
    : new kinds[args.transport](new URL(args.url), { requestInit: { headers: args.token ? { Authorization: `Bearer ${args.token}` } : {} } });
  await client.connect(transport);
  return {
    sessionId: transport.sessionId,
    protocolVersion: library === 'sdk' ? transport.protocolVersion ?? transport._protocolVersion : client.getNegotiatedProtocolVersion(),
    server: client.getServerVersion(),
    capabilities: client.getServerCapabilities(),
    instructions: client.getInstructions(),
  };
}

async function call(id, args) {
  const abort = new AbortController();
  running.set(id, abort);
  const options = { signal: abort.signal, timeout: 60_000 };
  if (args.progress) options.onprogress = progress => say({ event: 'progress', call: id, ...progress });
  try {
    switch (args.method) {
      case 'ping': return await client.ping(options);
      case 'setLoggingLevel': return await client.setLoggingLevel(args.params.level, options);
      case 'callTool': return library === 'sdk'
        ? await client.callTool(args.params, undefined, options)
        : await client.callTool(args.params, options);
      case 'listen': return void await client.listen(args.params, options);
      default: return await client[args.method](args.params ?? undefined, options);
    }
  } finally {
    running.delete(id);
  }
}

async function close() {
  await transport?.terminateSession?.();
  await client?.close();
  return {};
}

async function serve({ id, op, args }) {
  try {
    const ok = op === 'connect' ? await connect(args)
      : op === 'call' ? await call(id, args)
      : op === 'abort' ? (running.get(args.call)?.abort('no longer wanted'), {})
      : await close();
    say({ id, ok: ok ?? {} });
  } catch (error) {
    say({ id, error: { name: error?.name, code: error?.code, message: String(error?.message ?? error), data: error?.data } });
  }
}

const lines = createInterface({ input: process.stdin });
lines.on('line', line => void serve(JSON.parse(line)));
lines.on('close', () => process.exit(0));
