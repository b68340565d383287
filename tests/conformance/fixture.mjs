// The upstream that the conformance suite expects: every tool, prompt and resource it names, for clients of either generation.
//   node fixture.mjs [--port N] [--era dual|modern|legacy]      says "listening on <url>" when it is ready
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { hostHeaderValidation, originValidation, toNodeHandler } from '@modelcontextprotocol/node';
import {
  createMcpHandler, createRequestStateCodec, isLegacyRequest, ProtocolError, ResourceNotFoundError, Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { object } from './content.mjs';
import { EventLog } from './eventlog.mjs';
import { prompts as modernPrompts, read, resources, templates } from './prompts.mjs';
import { askingPrompts, askingTools } from './questions.mjs';
import { serveTasks, tasksExtension } from './tasks.mjs';
import { makeTools } from './tools.mjs';

const { values: options } = parseArgs({ options: { port: { type: 'string', default: '0' }, era: { type: 'string', default: 'dual' } } });

const local = ['localhost', '127.0.0.1', '[::1]'];
const codec = createRequestStateCodec({ key: randomBytes(32) });
const sessions = new Map();
// Tools that return what they want to know serve both generations, as the SDK asks legacy clients for them; a server that knows nothing but the
// older one is written otherwise.
const isLegacyOnly = options.era === 'legacy';
const tools = { ...makeTools({ codec, notify }), ...(isLegacyOnly ? askingTools : {}) };
const prompts = { ...modernPrompts, ...(isLegacyOnly ? askingPrompts : {}) };
const modern = createMcpHandler(buildModern, { legacy: 'reject', keepAliveMs: 5000 });

function notify(change) {
  modern.notify[change]();
  for (const { server } of sessions.values()) {
    const sent = change === 'toolsChanged' ? server.sendToolListChanged() : server.sendPromptListChanged();
    sent.catch(() => {}); // a session whose client is gone
  }
}

function buildModern() {
  const server = build({ extensions: { [tasksExtension]: {} } });
  serveTasks(server);
  return server;
}

function build(more = {}) {
  const server = new Server({ name: 'conformance-fixture', version: '1.0.0' }, {
    capabilities: {
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { subscribe: true, listChanged: true },
      completions: {},
      logging: {},
      ...more,
    },
    requestState: { verify: codec.verify },
  });
  serveTools(server);
  servePrompts(server);
  serveResources(server);
  return server;
}

function serveTools(server) {
  server.setRequestHandler('tools/list', () => ({
    tools: Object.entries(tools).map(([name, { schema }]) => ({ name, description: `Conformance: ${name}`, inputSchema: schema ?? object() })),
  }));
  server.setRequestHandler('tools/call', (request, ctx) => {
    const tool = tools[request.params.name];
    if (tool === undefined) {
      throw new ProtocolError(-32602, `Unknown tool: ${request.params.name}`);
    }
    return tool.run(request.params.arguments ?? {}, ctx, server.getClientCapabilities() ?? {});
  });
}

function servePrompts(server) {
  server.setRequestHandler('prompts/list', () => ({
    prompts: Object.entries(prompts).map(([name, prompt]) => ({ name, description: `Conformance: ${name}`, arguments: prompt.arguments ?? [] })),
  }));
  server.setRequestHandler('prompts/get', (request, ctx) => {
    const prompt = prompts[request.params.name];
    if (prompt === undefined) {
      throw new ProtocolError(-32602, `Unknown prompt: ${request.params.name}`);
    }
    return prompt.run(request.params.arguments ?? {}, ctx);
  });
  server.setRequestHandler('completion/complete', (request) => {
    const values = ['paris', 'park', 'party'].filter((value) => value.startsWith(request.params.argument.value));
    return { completion: { values, total: values.length, hasMore: false } };
  });
}

function serveResources(server) {
  server.setRequestHandler('resources/list', () => ({
    resources: resources.map(({ uri, name, description, mimeType }) => ({ uri, name, description, mimeType })),
  }));
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: templates }));
  server.setRequestHandler('resources/read', (request) => {
    const contents = read(request.params.uri);
    if (contents === undefined) {
      throw new ResourceNotFoundError(request.params.uri);
    }
    return { contents: [contents] };
  });
  server.setRequestHandler('resources/subscribe', () => ({}));
  server.setRequestHandler('resources/unsubscribe', () => ({}));
}

/** Legacy clients have sessions, with event streams that can be resumed. */
async function serveLegacy(request) {
  if (options.era === 'modern') {
    return modern.fetch(request);
  }
  const id = request.headers.get('mcp-session-id');
  if (id !== null) {
    return sessions.get(id)?.transport.handleRequest(request) ?? error(404, -32001, 'Session not found');
  }
  const server = build();
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    eventStore: new EventLog(),
    retryInterval: 500,
    onsessioninitialized: (started) => void sessions.set(started, { server, transport }),
    onsessionclosed: (ended) => void sessions.delete(ended),
  });
  await server.connect(transport);
  return transport.handleRequest(request);
}

function error(status, code, message) {
  return Response.json({ jsonrpc: '2.0', id: null, error: { code, message } }, { status });
}

async function isForLegacy(request) {
  return isLegacyOnly || (await isLegacyRequest(request.clone()));
}

const serve = toNodeHandler({ fetch: async (request) => ((await isForLegacy(request)) ? serveLegacy(request) : modern.fetch(request)) });
const [isOurHost, isOurOrigin] = [hostHeaderValidation(local), originValidation(local)];
const listener = createServer((request, response) => {
  if (isOurHost(request, response) && isOurOrigin(request, response)) {
    serve(request, response);
  }
});
listener.listen(Number(options.port), '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${listener.address().port}/mcp`));
