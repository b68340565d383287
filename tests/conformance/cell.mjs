// One cell of the table of revisions: a client of one revision does with a server of another, through the gateway, all that both know, and
// says as one line of JSON what came of it: { "list": true, "call": "what went wrong", … }.
//   node cell.mjs --server ADDRESS --token TOKEN --revision REVISION --facts list,call,…
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connect, modern } from './pinned.mjs';

const { values: options } = parseArgs({
  options: { server: { type: 'string' }, token: { type: 'string' }, revision: { type: 'string' }, facts: { type: 'string' } },
});
const patience = 15_000;
const heard = new Map();
const steps = [];

const facts = {
  async list() {
    const names = await listNames();
    return names.includes('echo') || `The list has ${names}`;
  },
  async call() {
    const echoed = await call('echo', { greeting: 'Grüße' });
    return echoed === '{"greeting":"Grüße"}' || `The answer was ${echoed}`;
  },
  sampling: async () => same(await call('sample'), 'blue'),
  elicitation: async () => same(await call('elicit'), 'Ada'),
  roots: async () => same(await call('roots'), 'file:///home'),
  async progress() {
    steps.length = 0;
    await call('count', {}, { onprogress() {} });
    return same(steps.join(), '1/3,2/3');
  },
  async cancel() {
    const before = Number(await call('cancelled'));
    const abort = new AbortController();
    const waiting = call('wait', {}, { signal: abort.signal, onprogress: () => abort.abort('no longer wanted') });
    const outcome = await waiting.then((text) => `It answered ${text}`, () => abort.signal.aborted || 'It ended without being cancelled');
    return outcome === true ? await until(async () => Number(await call('cancelled')) === before + 1, 'the server hears of it') : outcome;
  },
  async list_changed() {
    // A stream of the gateway's to the server may only just be opening, and what was said before it is open is lost.
    for (let attempt = 0; attempt < 3; attempt++) {
      const times = heard.get('list_changed') ?? 0;
      const grown = await call('grow');
      if ((await until(() => heard.get('list_changed') > times, '')) === true) {
        return until(async () => (await listNames()).includes(grown), `the list has ${grown}`);
      }
    }
    return 'The client was not told';
  },
};

const same = (was, expected) => was === expected || `It was ${was}`;

async function until(condition, what) {
  for (const end = Date.now() + patience / 2; Date.now() < end; await delay(50)) {
    if (await condition()) {
      return true;
    }
  }
  return `It did not come about that ${what}`;
}

/** The text that a tool answers. */
async function call(name, args = {}, more = {}) {
  const { content, isError } = await client.callTool({ name, arguments: args }, { timeout: patience, ...more });
  if (isError) {
    throw new Error(content[0].text);
  }
  return content[0].text;
}

async function listNames() {
  return (await client.listTools(undefined, { cacheMode: 'refresh', timeout: patience })).tools.map(({ name }) => name);
}

function prepare(prepared) {
  prepared.setRequestHandler('sampling/createMessage', () => ({ role: 'assistant', model: 'm', content: { type: 'text', text: 'blue' } }));
  prepared.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///home', name: 'home' }] }));
  if (capabilities.elicitation) {
    prepared.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name: 'Ada' } }));
  }
  prepared.setNotificationHandler('notifications/tools/list_changed', () => void heard.set('list_changed', (heard.get('list_changed') ?? 0) + 1));
}

const capabilities = { sampling: {}, roots: {}, ...(options.revision >= '2025-06-18' ? { elicitation: {} } : {}) };
const { client, transport } = await connect({ server: options.server, revision: options.revision, token: options.token, capabilities, prepare });
// As it arrives: the client loses progress that comes in one packet with the response, which it takes first.
const take = transport.onmessage;
transport.onmessage = (message, ...more) => {
  if (message.method === 'notifications/progress') {
    steps.push(`${message.params.progress}/${message.params.total}`);
  }
  take(message, ...more);
};
if (options.revision === modern) {
  await client.listen({ toolsListChanged: true }, { timeout: patience }).catch(() => {}); // then it hears nothing, which is a fact of its own
}
const found = {};
for (const fact of options.facts.split(',')) {
  found[fact] = await facts[fact]().catch((error) => String(error?.message ?? error));
}
console.log(JSON.stringify(found));
process.exit(0);
