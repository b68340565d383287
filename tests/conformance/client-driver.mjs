// Stands in for the client that the conformance suite tests, so that the suite's server meets the gateway's upstream face: registers that
// server as an upstream of the running gateway, composes a virtual server of it, and does through the gateway what the scenario wants done.
//   GATEWAY_URL=… GATEWAY_TOKEN=… node client-driver.mjs <url of the suite's server>
// The suite says in its environment which scenario runs, for which revision, and with what.
import { randomUUID } from 'node:crypto';
import { connect } from './pinned.mjs';

const { GATEWAY_URL: gateway, GATEWAY_TOKEN: token, MCP_CONFORMANCE_SCENARIO: scenario, MCP_CONFORMANCE_PROTOCOL_VERSION: revision } = process.env;
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}');

const scenarios = {
  initialize: { run: (client) => client.listTools() },
  tools_call: { run: (client) => call(client, 'add_numbers', { a: 5, b: 3 }) },
  'elicitation-sep1034-client-defaults': {
    capabilities: { elicitation: { form: { applyDefaults: true } } },
    answer: {},
    run: (client) => call(client, 'test_client_elicitation_defaults'),
  },
  'sse-retry': { run: (client) => call(client, 'test_reconnection') },
  'request-metadata': { run: (client) => client.listTools() },
  'sep-2322-client-request-state': {
    capabilities: { elicitation: {} },
    answer: { confirmed: true },
    async run(client) {
      await Promise.all(['test_mrtr_echo_state', 'test_mrtr_no_state', 'test_mrtr_unrelated'].map((name) => call(client, name)));
      await call(client, 'test_mrtr_no_result_type');
    },
  },
  'http-standard-headers': { run: usesEverything },
  'http-custom-headers': {
    async run(client) {
      await client.listTools();
      for (const { name, arguments: args } of context.toolCalls) {
        await call(client, name, args);
      }
    },
  },
  'http-invalid-tool-headers': {
    async run(client) {
      for (const { name } of (await client.listTools()).tools) {
        await call(client, name, { region: 'eu' });
      }
    },
  },
  'json-schema-ref-no-deref': { run: (client) => client.listTools() },
  'json-schema-2020-12-preservation': {
    async run(client) {
      const { tools } = await client.listTools();
      const { inputSchema } = tools.find(({ name }) => name === 'json_schema_2020_12_tool');
      await call(client, 'json_schema_echo', { schema: inputSchema });
    },
  },
};

// Less than the suite waits for us, so that what was registered is taken back in any case.
const patience = { timeout: 15_000 };

function call(client, name, args = {}) {
  return client.callTool({ name, arguments: args }, patience);
}

async function usesEverything(client) {
  for (const { name } of (await client.listTools()).tools) {
    await call(client, name);
  }
  for (const { uri } of (await client.listResources()).resources) {
    await client.readResource({ uri });
  }
  for (const { name } of (await client.listPrompts()).prompts) {
    await client.getPrompt({ name });
  }
}

async function administer(method, path, body) {
  const response = await fetch(gateway + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${method} ${path}: ${response.status} ${text}`);
  }
  return text === '' ? undefined : JSON.parse(text);
}

/** The suite's server behind the gateway, while something is done with it. */
async function behindTheGateway(url, work) {
  const name = `suite-${randomUUID()}`;
  const upstream = await administer('POST', '/gateways', { name, url, transport: 'STREAMABLEHTTP' });
  try {
    if (upstream.state !== 'online') {
      throw new Error(`The gateway found no MCP server: ${JSON.stringify(upstream)}`);
    }
    const { id } = await administer('POST', '/servers', { name, visibility: 'public', anonymous: true, associated_gateways: [upstream.id] });
    try {
      await work(`${gateway}/servers/${id}`);
    } finally {
      await administer('DELETE', `/servers/${id}`);
    }
  } finally {
    await administer('DELETE', `/gateways/${upstream.id}`);
  }
}

const { capabilities, answer, run } = scenarios[scenario];
await behindTheGateway(process.argv[2], async (server) => {
  const { client } = await connect({
    server,
    revision,
    capabilities,
    prepare: (prepared) => answer && prepared.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { ...answer } })),
  });
  try {
    await run(client);
  } finally {
    await client.close();
  }
});
process.exit(0);
