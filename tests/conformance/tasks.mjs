// Tasks (the extension io.modelcontextprotocol/tasks): the SDK passes their messages, the state is ours.
import { randomUUID } from 'node:crypto';
import { acceptedContent, inputRequired, ProtocolError } from '@modelcontextprotocol/server';
import { form, object, text } from './content.mjs';

export const tasksExtension = 'io.modelcontextprotocol/tasks';

const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities';
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const say = (value) => ({ content: [text(value)] });
const elicit = (message, requestedSchema) => inputRequired.elicit({ message, requestedSchema });
const anyParams = { '~standard': { version: 1, vendor: 'fixture', validate: (value) => ({ value }) } };

const tasks = new Map();

function isDeclared(ctx) {
  return ctx.mcpReq.envelope?.[capabilitiesKey]?.extensions?.[tasksExtension] !== undefined;
}

function missing() {
  return new ProtocolError(-32021, 'The tasks extension is needed.', { requiredCapabilities: { extensions: { [tasksExtension]: {} } } });
}

function find(taskId) {
  const task = tasks.get(taskId);
  if (task === undefined) {
    throw new ProtocolError(-32602, `Unknown task: ${taskId}`);
  }
  return task;
}

function settle(task, change) {
  if (!['completed', 'failed', 'cancelled'].includes(task.shown.status)) {
    Object.assign(task.shown, change, { lastUpdatedAt: new Date().toISOString() });
  }
}

/** Makes a task whose work gets a way to ask the client: it gives a result, or throws a protocol error. */
function start(work) {
  const now = new Date().toISOString();
  const task = { shown: { taskId: randomUUID(), status: 'working', createdAt: now, lastUpdatedAt: now, ttlMs: 600_000, pollIntervalMs: 100 }, waiting: new Map() };
  tasks.set(task.shown.taskId, task);
  const ask = (inputRequests) => new Promise((resolve) => {
    task.waiting = new Map(Object.entries(inputRequests));
    task.answers = {};
    task.resume = resolve;
    settle(task, { status: 'input_required' });
  });
  work(ask).then(
    (result) => settle(task, { status: 'completed', result }),
    (error) => settle(task, { status: 'failed', error: { code: error.code ?? -32603, message: error.message } }));
  return { resultType: 'task', ...task.shown };
}

const methods = {
  'tasks/get': ({ taskId }) => {
    const { shown, waiting } = find(taskId);
    return { ...shown, ...(shown.status === 'input_required' ? { inputRequests: Object.fromEntries(waiting) } : {}) };
  },
  // The SDK takes the answers out of the params, as for every retry.
  'tasks/update': ({ taskId }, ctx) => {
    const task = find(taskId);
    for (const [key, response] of Object.entries(ctx.mcpReq.inputResponses ?? {})) {
      if (task.waiting.delete(key)) {
        task.answers[key] = response;
        if (task.waiting.size === 0) {
          settle(task, { status: 'working' });
          task.resume(task.answers);
        }
      }
    }
    return {};
  },
  'tasks/cancel': ({ taskId }) => {
    settle(find(taskId), { status: 'cancelled' });
    return {};
  },
};

/** Modern clients only: for legacy ones the same names mean something else, which the SDK's server does not offer. */
export function serveTasks(server) {
  for (const [method, run] of Object.entries(methods)) {
    server.setRequestHandler(method, { params: anyParams }, (params, ctx) => {
      if (!isDeclared(ctx)) {
        throw missing();
      }
      return run(params, ctx);
    });
  }
}

async function compute({ seconds }) {
  await pause((seconds ?? 0) * 1000);
  return say(`Computed for ${seconds} s.`);
}

const failing = async () => {
  await pause(1000);
  return { ...say('The job failed.'), isError: true };
};

const breaking = async () => {
  await pause(100);
  throw new ProtocolError(-32603, 'The job broke.');
};

export const taskTools = {
  greet: { schema: form('name'), run: (args) => say(`Hello, ${args.name}!`) },
  slow_compute: {
    schema: object({ seconds: { type: 'number' }, label: { type: 'string' } }),
    run: (args, ctx) => (isDeclared(ctx) ? start(() => compute(args)) : compute(args)),
  },
  failing_job: { run: (_, ctx) => required(ctx, failing) },
  protocol_error_job: { run: (_, ctx) => required(ctx, breaking) },
  confirm_delete: {
    schema: form('filename'),
    run: (args, ctx) => isDeclared(ctx) ? start(async (ask) => {
      const { confirm } = await ask({ confirm: elicit(`Delete ${args.filename}?`, object({ confirm: { type: 'boolean' } }, ['confirm'])) });
      return say(confirm.action === 'accept' ? `Deleted ${args.filename}.` : 'Nothing was deleted.');
    }) : say('Nothing was deleted.'),
  },
  multi_input: {
    run: (_, ctx) => required(ctx, async (ask) => {
      const answers = await ask({ first: elicit('Your first name?', form('name')), last: elicit('Your last name?', form('name')) });
      return say(`${answers.first.content?.name} ${answers.last.content?.name}`);
    }),
  },
  test_tool_with_task: {
    run(_, ctx) {
      const name = acceptedContent(ctx.mcpReq.inputResponses, 'user_name')?.name;
      return name === undefined
        ? inputRequired({ inputRequests: { user_name: elicit('What is your name?', form('name')) } })
        : required(ctx, async () => say(`Done for ${name}.`));
    },
  },
};

function required(ctx, work) {
  if (!isDeclared(ctx)) {
    throw missing();
  }
  return start(work);
}
