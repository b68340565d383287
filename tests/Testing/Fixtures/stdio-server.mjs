// A tiny MCP server over stdio, scripted by its arguments. Speaks the legacy era unless told otherwise.
//   --modern            speaks 2026-07-28 only
//   --dual              both eras
//   --exit-on-probe     ends when asked anything before initialize
//   --silent-on-probe   does not answer unknown methods before initialize
//   --greet             prints a banner on stdout first
//   --no-answer=METHOD  never answers that method
//   --exit-on=METHOD    ends with code 3 when asked it
//   --stubborn          ignores end of input and SIGTERM
//   --grandchildren     starts two children that ignore SIGTERM, one of them in a session of its own, and prints their ids on stderr
//   --page=N            items a page
//   --tools=N           how many tools
//   --meta              has the tool "meta", which gives back what came in _meta
//   --tasks=SUPPORT     makes tasks in the form of its era: the tool "job" is one, with this taskSupport; the tool "steer" has the newest
//                       one ask ("do": "ask") or end with a text ("do": "end")
//   --watchable         tells of resources: the tool "update" says that the resource "uri" was updated, to whoever subscribed to it
//   --flood             prints nonsense on both of its streams all the time
//   --broken            has tools whose answers are none: "deep" is nested too deep, "cut" ends in the middle of a character
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const flags = new Map(process.argv.slice(2).map(text => {
  const [name, ...value] = text.replace(/^--/, '').split('=');
  return [name, value.join('=')];
}));
const has = name => flags.has(name);
const page = Number(flags.get('page') ?? 0);
const modernVersion = '2026-07-28';
const newest = has('tasks') ? '2025-11-25' : '2025-06-18';
const extension = 'io.modelcontextprotocol/tasks';
const related = 'io.modelcontextprotocol/related-task';
const form = { message: 'Who?', requestedSchema: { type: 'object', properties: { name: { type: 'string' } } } };
const tasks = [];
const capabilities = { tools: { listChanged: true }, logging: {}, ...(has('watchable') ? { resources: { subscribe: true } } : {}) };
const serverInfo = { name: 'stdio-fixture', version: '1.2.3' };

const send = message => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\n');
const tools = [
  { name: 'echo', description: 'Gives back its arguments', inputSchema: { type: 'object' }, 'x-vendor': { kept: true } },
  { name: 'env', description: 'Environment, arguments and folder', inputSchema: { type: 'object' } },
  { name: 'progress', description: 'Three steps', inputSchema: { type: 'object' } },
  { name: 'log', description: 'Writes a log message', inputSchema: { type: 'object' } },
  { name: 'wait', description: 'Answers when cancelled or released', inputSchema: { type: 'object' } },
  { name: 'release', description: 'Lets every wait answer', inputSchema: { type: 'object' } },
  { name: 'die', description: 'Ends the process', inputSchema: { type: 'object' } },
  { name: 'stderr', description: 'Writes to standard error', inputSchema: { type: 'object' } },
  { name: 'change', description: 'Says that the tools changed', inputSchema: { type: 'object' } },
  { name: 'ask', description: 'Asks the client', inputSchema: { type: 'object' } },
];
if (has('meta')) tools.push({ name: 'meta', description: 'Gives back its _meta', inputSchema: { type: 'object' } });
if (has('tasks')) {
  tools.push(
    { name: 'job', description: 'Takes long', inputSchema: { type: 'object' }, execution: { taskSupport: flags.get('tasks') } },
    { name: 'steer', description: 'Decides what becomes of a job', inputSchema: { type: 'object' } });
}
if (has('broken')) {
  tools.push(
    { name: 'deep', description: 'Answers 1,000 levels deep', inputSchema: { type: 'object' } },
    { name: 'cut', description: 'Answers half a character', inputSchema: { type: 'object' } },
  );
}
if (has('watchable')) tools.push({ name: 'update', description: 'Says that a resource was updated', inputSchema: { type: 'object' } });
for (let i = tools.length; i < Number(flags.get('tools') ?? 0); i++) {
  tools.push({ name: `tool-${String(i).padStart(5, '0')}`, inputSchema: { type: 'object' } });
}

const watched = new Set();
const listens = new Map();
const waiting = new Map();
const asked = new Map();
const cancelled = [];
let rootsChanged = 0;
let initialized = false;

if (has('greet')) process.stdout.write('Welcome to the fixture!\n');
if (has('flood')) {
  const flood = (stream, text) => stream.write(text, () => setImmediate(flood, stream, text));
  flood(process.stdout, 'nonsense '.repeat(4096) + '\n');
  flood(process.stderr, 'nonsense\n'.repeat(4096));
}
if (has('stubborn')) {
  process.on('SIGTERM', () => { });
  setInterval(() => { }, 1000);
}
if (has('grandchildren')) {
  const script = "process.on('SIGTERM', () => {}); process.on('SIGHUP', () => {}); setInterval(() => {}, 1000)";
  const near = spawn(process.execPath, ['-e', script], { stdio: 'inherit' });
  const far = spawn(process.execPath, ['-e', script], { stdio: 'inherit', detached: true });
  process.stderr.write(`grandchildren ${near.pid} ${far.pid}\n`);
}

const text = value => ({ content: [{ type: 'text', text: typeof value === 'string' ? value : JSON.stringify(value) }], isError: false });

function startJob(params, modern) {
  const wanted = modern ? params._meta['io.modelcontextprotocol/clientCapabilities'].extensions?.[extension] : params.task;
  if (!wanted && flags.get('tasks') === 'required') throw { code: modern ? -32021 : -32601, message: 'Tasks are needed' };
  if (!wanted) return text('at once');
  const task = { taskId: `job ${tasks.length + 1}`, status: 'working' };
  task.ended = new Promise(resolve => { task.end = (status, result) => { Object.assign(task, { status, result }); resolve(); }; });
  tasks.push(task);
  return modern ? { ...show(task, false), resultType: 'task' } : { task: show(task, false) };
}

function show({ taskId, status, result }, modern) {
  const times = has('modern') ? { ttlMs: 60000, pollIntervalMs: 50 } : { ttl: 60000, pollInterval: 50 };
  const at = '2026-01-02T03:04:05Z';
  return {
    taskId, status, createdAt: at, lastUpdatedAt: at, ...times,
    ...(modern && status === 'input_required' ? { inputRequests: { who: { method: 'elicitation/create', params: form } } } : {}),
    ...(modern && status === 'completed' ? { result } : {}),
  };
}

async function answerAboutTask(method, { taskId, inputResponses }, modern) {
  const task = tasks.find(known => known.taskId === taskId);
  if (!task) throw { code: -32602, message: 'Unknown task' };
  if (method === 'tasks/get') return show(task, modern);
  if (method === 'tasks/cancel') {
    if (task.result === undefined) task.end('cancelled');
    return modern ? {} : show(task, false);
  }
  if (method === 'tasks/update') {
    task.end('completed', text(inputResponses));
    return {};
  }
  if (task.status === 'input_required') {
    task.end('completed', text(await ask('elicitation/create', { ...form, _meta: { [related]: { taskId } } })));
  }
  await task.ended;
  return { ...task.result, _meta: { [related]: { taskId } } };
}

function ask(method, params) {
  const question = `q-${Math.random()}`;
  const answer = new Promise(resolve => asked.set(question, resolve));
  send({ id: question, method, params });
  return answer;
}

async function call(id, params, modern) {
  const token = params._meta?.progressToken;
  switch (params.name) {
    case 'echo': return text(params.arguments ?? {});
    case 'meta': return text(params._meta ?? {});
    case 'env': return text({ env: process.env, argv: process.argv.slice(2), cwd: process.cwd(), pid: process.pid, cancelled, rootsChanged, waiting: waiting.size });
    case 'progress':
      for (let step = 0; token !== undefined && step < 3; step++) {
        send({ method: 'notifications/progress', params: { progressToken: token, progress: step, total: 3 } });
      }
      return text(`token ${JSON.stringify(token)}`);
    case 'log':
      send({ method: 'notifications/message', params: { level: 'info', data: params.arguments?.text ?? 'hello' } });
      if (params.arguments?.later) {
        setTimeout(() => send({ method: 'notifications/message', params: { level: 'info', data: params.arguments.later } }), 20);
      }
      return text('logged');
    case 'wait': return await new Promise(resolve => waiting.set(id, resolve));
    case 'release':
      for (const resolve of waiting.values()) resolve(text('released'));
      waiting.clear();
      return text('done');
    case 'die': process.exit(9); break;
    case 'deep': return { ...text('deep'), structuredContent: { x: JSON.parse('['.repeat(1000) + ']'.repeat(1000)) } };
    case 'cut':
      process.stdout.write(Buffer.concat([Buffer.from(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"content":[{"type":"text","text":"caf`), Buffer.from([0xc3, 0x0a])]));
      return await new Promise(() => { });
    case 'stderr':
      process.stderr.write((params.arguments?.text ?? 'to stderr') + '\n');
      return text('written');
    case 'update': {
      const { uri } = params.arguments;
      if (watched.has(uri)) send({ method: 'notifications/resources/updated', params: { uri } });
      for (const [listen, uris] of listens) {
        if (uris.includes(uri)) {
          send({ method: 'notifications/resources/updated', params: { uri, _meta: { 'io.modelcontextprotocol/subscriptionId': listen } } });
        }
      }
      return text(`watched: ${[...watched, ...[...listens.values()].flat()]}`);
    }
    case 'change':
      send({ method: 'notifications/tools/list_changed' });
      return text('changed');
    case 'ask': return text(await ask(params.arguments?.method ?? 'roots/list', {}));
    case 'job': return startJob(params, modern);
    case 'steer': {
      const task = tasks.at(-1);
      if (params.arguments.do === 'ask') task.status = 'input_required';
      else task.end('completed', text(params.arguments.text));
      return text(task.taskId);
    }
    default: throw { code: -32602, message: 'Unknown tool' };
  }
}

async function answer(method, id, params, modern) {
  switch (method) {
    case 'initialize':
      if (has('modern')) break;
      initialized = true;
      return {
        protocolVersion: params.protocolVersion < newest ? params.protocolVersion : newest,
        capabilities: has('tasks') ? { ...capabilities, tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } } : capabilities,
        serverInfo,
      };
    case 'server/discover':
      if (!modern) break;
      return {
        supportedVersions: [modernVersion],
        capabilities: has('tasks') ? { ...capabilities, extensions: { [extension]: {} } } : capabilities,
        ttlMs: 0, cacheScope: 'private', _meta: { 'io.modelcontextprotocol/serverInfo': serverInfo },
      };
    case 'ping': return {};
    case 'tools/list': {
      const start = Number(params?.cursor ?? 0);
      const end = page > 0 ? start + page : tools.length;
      return { tools: tools.slice(start, end), ...(end < tools.length ? { nextCursor: String(end) } : {}) };
    }
    case 'tools/call': return await call(id, params, modern);
    case 'tasks/get': case 'tasks/cancel': case modern ? 'tasks/update' : 'tasks/result':
      if (!has('tasks')) break;
      return await answerAboutTask(method, params, modern);
    case 'resources/subscribe':
      if (modern || !has('watchable')) break;
      watched.add(params.uri);
      return {};
    case 'resources/unsubscribe':
      if (modern || !has('watchable')) break;
      watched.delete(params.uri);
      return {};
    case 'subscriptions/listen': {
      if (!modern || !has('watchable')) break;
      listens.set(id, params.notifications.resourceSubscriptions ?? []);
      send({
        method: 'notifications/subscriptions/acknowledged',
        params: { notifications: params.notifications, _meta: { 'io.modelcontextprotocol/subscriptionId': id } },
      });
      return await new Promise(resolve => waiting.set(id, resolve));
    }
  }
  throw { code: -32601, message: `Method not found: ${method}` };
}

createInterface({ input: process.stdin }).on('line', async line => {
  const { id, method, params, result, error } = JSON.parse(line);
  if (method === undefined) {
    asked.get(id)?.(error ? { error } : { result });
    asked.delete(id);
    return;
  }
  if (id === undefined) {
    if (method === 'notifications/roots/list_changed') rootsChanged++;
    if (method === 'notifications/cancelled') {
      cancelled.push(params.requestId);
      waiting.delete(params.requestId);
      listens.delete(params.requestId);
    }
    return;
  }
  if (flags.get('exit-on') === method) process.exit(3);
  if (flags.get('no-answer') === method) return;
  const modern = params?._meta?.['io.modelcontextprotocol/protocolVersion'] === modernVersion && (has('modern') || has('dual'));
  if (!modern && !initialized && method !== 'initialize') {
    if (has('exit-on-probe')) process.exit(1);
    if (has('silent-on-probe')) return;
  }
  try {
    const value = await answer(method, id, params, modern);
    send({ id, result: modern ? { resultType: 'complete', ...value } : value });
  } catch (failure) {
    send({ id, error: { code: failure.code ?? -32603, message: failure.message } });
  }
}).on('close', () => {
  if (!has('stubborn')) process.exit(0);
});
