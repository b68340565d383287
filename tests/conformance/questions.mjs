// The tools that ask, as a server of the older generation writes them: it asks while the call runs, and waits for the answer.
import { defaultsForm, enumsForm, form, object, string, text } from './content.mjs';

const say = (value) => ({ content: [text(value)] });

// On the stream of the call, as 2025-11-25 demands; the SDK's elicitInput and requestSampling use the session's own stream.
const elicit = (ctx, message, requestedSchema) => ctx.mcpReq.send({ method: 'elicitation/create', params: { message, requestedSchema } });
const listRoots = (ctx) => ctx.mcpReq.send({ method: 'roots/list' });

async function sample(ctx, prompt, maxTokens = 100) {
  const params = { messages: [{ role: 'user', content: text(prompt) }], maxTokens };
  return (await ctx.mcpReq.send({ method: 'sampling/createMessage', params })).content.text;
}

/** Asks until the answer has the field that was asked for. */
async function insist(ctx, message, name, schema = form(name)) {
  while (true) {
    const { action, content } = await elicit(ctx, message, schema);
    if (action === 'accept' && content?.[name] !== undefined) {
      return content[name];
    }
  }
}

const asking = (message, schema, prefix) => async (args, ctx) => {
  const { action, content } = await elicit(ctx, args.message ?? message, schema);
  return say(`${prefix}action=${action}, content=${JSON.stringify(content ?? {})}`);
};

async function confirms(_, ctx) {
  await insist(ctx, 'Please confirm', 'ok', object({ ok: { type: 'boolean' } }, ['ok']));
  return say('Confirmed: state-ok');
}

export const askingTools = {
  test_sampling: { schema: form('prompt'), run: async (args, ctx) => say(`LLM response: ${await sample(ctx, args.prompt)}`) },
  test_elicitation: {
    schema: form('message'),
    run: asking('Who are you?', object({ username: string("User's response"), email: string("User's email address") }, ['username', 'email']), 'User response: '),
  },
  test_elicitation_sep1034_defaults: { run: asking('Please review and update the form fields with defaults', defaultsForm, 'Elicitation completed: ') },
  test_elicitation_sep1330_enums: { run: asking('Please select options from the enum fields', enumsForm, 'Elicitation completed: ') },
  test_streaming_elicitation: {
    async run(_, ctx) {
      await insist(ctx, 'Go on?', 'answer');
      return say('Went on.');
    },
  },
  test_input_required_result_elicitation: { run: async (_, ctx) => say(`Hello, ${await insist(ctx, 'What is your name?', 'name')}!`) },
  test_input_required_result_sampling: { run: async (_, ctx) => say(await sample(ctx, 'What is the capital of France?')) },
  test_input_required_result_list_roots: {
    run: async (_, ctx) => say(`Roots: ${(await listRoots(ctx)).roots.map((root) => root.uri).join(', ')}`),
  },
  test_input_required_result_multiple_inputs: {
    async run(_, ctx) {
      const [name, greeting, { roots }] = await Promise.all([
        insist(ctx, 'What is your name?', 'name'), sample(ctx, 'Generate a greeting', 50), listRoots(ctx),
      ]);
      return say(`${greeting} ${name}, you have ${roots.length} roots.`);
    },
  },
  test_input_required_result_request_state: { run: confirms },
  test_input_required_result_tampered_state: { run: confirms },
  test_input_required_result_multi_round: {
    async run(_, ctx) {
      const name = await insist(ctx, 'Step 1: What is your name?', 'name');
      return say(`${name} likes ${await insist(ctx, 'Step 2: What is your favorite color?', 'color')}.`);
    },
  },
  test_input_required_result_capabilities: {
    async run(_, ctx, declared) {
      await Promise.all([
        declared.elicitation && insist(ctx, 'What is your name?', 'name'),
        declared.sampling && sample(ctx, 'Generate a greeting', 50),
        declared.roots && listRoots(ctx),
      ]);
      return say('The client answered all that it can be asked.');
    },
  },
};

export const askingPrompts = {
  test_input_required_result_prompt: {
    run: async (_, ctx) => ({
      messages: [{ role: 'user', content: text(`Use this context: ${await insist(ctx, 'What context should the prompt use?', 'context')}`) }],
    }),
  },
};
