// The tools whose names and answers are fixed by the conformance suite.
import { acceptedContent, inputRequired, MissingRequiredClientCapabilityError } from '@modelcontextprotocol/server';
import { audio, defaultsForm, embedded, enumsForm, form, image, object, schema2020, string, text } from './content.mjs';
import { taskTools } from './tasks.mjs';

const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities';
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const answer = (...content) => ({ content });
const say = (value) => answer(text(value));
const elicit = (message, requestedSchema) => inputRequired.elicit({ message, requestedSchema });
const sample = (prompt, maxTokens = 100) =>
  inputRequired.createMessage({ messages: [{ role: 'user', content: text(prompt) }], maxTokens });
const responses = (ctx) => ctx.mcpReq.inputResponses ?? {};
const sampled = (ctx, key) => responses(ctx)[key]?.content?.text;
const accepted = (ctx, key) => acceptedContent(ctx.mcpReq.inputResponses, key);
const named = (ctx, key, name) => {
  const value = accepted(ctx, key)?.[name];
  return typeof value === 'string' ? value : undefined;
};
const outcome = (response) => `action=${response.action}, content=${JSON.stringify(response.content ?? {})}`;

/** Asks once, and completes with what came back, whatever the user decided. */
const asking = (message, requestedSchema, prefix) => async (args, ctx) => {
  const response = responses(ctx).form;
  return response === undefined
    ? inputRequired({ inputRequests: { form: elicit(args.message ?? message, requestedSchema) } })
    : say(`${prefix}${outcome(response)}`);
};

/** @param {{ codec: { mint: Function }, notify: Function, isStateless: boolean }} host */
export function makeTools(host) {
  return {
    test_simple_text: { run: () => say('This is a simple text response for testing.') },
    test_error_handling: { run: () => ({ ...say('This tool intentionally returns an error for testing'), isError: true }) },
    test_image_content: { run: () => answer(image) },
    test_audio_content: { run: () => answer(audio) },
    test_embedded_resource: {
      run: () => answer(embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')),
    },
    test_multiple_content_types: {
      run: () => answer(
        text('Multiple content types test:'),
        image,
        embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}')),
    },
    test_tool_with_logging: { run: logs },
    test_logging_tool: { run: logs },
    test_tool_with_progress: { run: reportsProgress },
    ...legacyQuestions(),
    test_reconnection: {
      async run(_, ctx) {
        ctx.http?.closeSSE?.();
        await pause(100);
        return say('Reconnection test completed successfully');
      },
    },
    json_schema_2020_12_tool: { schema: schema2020, run: (args) => say(JSON.stringify(args)) },
    test_x_mcp_header: {
      schema: object({ region: { ...string('Where to run'), 'x-mcp-header': 'Region' }, level: { type: 'integer', 'x-mcp-header': 'Level' } }),
      run: (args) => say(JSON.stringify(args)),
    },
    test_missing_capability: {
      run(_, ctx) {
        if (ctx.mcpReq.envelope?.[capabilitiesKey]?.sampling === undefined) {
          throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } });
        }
        return say('The client can be asked to sample.');
      },
    },
    test_streaming_elicitation: {
      async run(_, ctx) {
        await reportProgress(ctx, 1, 2);
        return accepted(ctx, 'confirm') === undefined
          ? inputRequired({ inputRequests: { confirm: elicit('Go on?', form('answer')) } })
          : say('Went on.');
      },
    },
    test_trigger_tool_change: {
      run() {
        host.notify('toolsChanged');
        return say('Said that the list of tools has changed.');
      },
    },
    test_trigger_prompt_change: {
      run() {
        host.notify('promptsChanged');
        return say('Said that the list of prompts has changed.');
      },
    },
    ...inputRequiredTools(host.codec),
    ...taskTools,
  };
}

async function logs(_, ctx) {
  await ctx.mcpReq.log('info', 'Tool execution started');
  await pause(50);
  await ctx.mcpReq.log('info', 'Tool processing data');
  await pause(50);
  await ctx.mcpReq.log('info', 'Tool execution completed');
  return say('Tool with logging executed successfully');
}

async function reportProgress(ctx, progress, total) {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  if (progressToken !== undefined) {
    await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total } });
  }
}

async function reportsProgress(_, ctx) {
  for (const progress of [0, 50, 100]) {
    await reportProgress(ctx, progress, 100);
    await pause(50);
  }
  return say('Tool with progress executed successfully');
}

/** For legacy clients the SDK turns the embedded requests into requests on the call's stream. */
function legacyQuestions() {
  return {
    test_sampling: {
      schema: form('prompt'),
      run(args, ctx) {
        const reply = sampled(ctx, 'completion');
        return reply === undefined
          ? inputRequired({ inputRequests: { completion: sample(args.prompt) } })
          : say(`LLM response: ${reply}`);
      },
    },
    test_elicitation: {
      schema: form('message'),
      run: asking('Who are you?', object({ username: string("User's response"), email: string("User's email address") }, ['username', 'email']), 'User response: '),
    },
    test_elicitation_sep1034_defaults: { run: asking('Please review and update the form fields with defaults', defaultsForm, 'Elicitation completed: ') },
    test_elicitation_sep1330_enums: { run: asking('Please select options from the enum fields', enumsForm, 'Elicitation completed: ') },
  };
}

const confirmForm = object({ ok: { type: 'boolean' } }, ['ok']);

function inputRequiredTools(codec) {
  const askName = { user_name: elicit('What is your name?', form('name')) };
  return {
    test_input_required_result_elicitation: {
      run(_, ctx) {
        const name = named(ctx, 'user_name', 'name');
        return name === undefined ? inputRequired({ inputRequests: askName }) : say(`Hello, ${name}!`);
      },
    },
    test_input_required_result_sampling: {
      run(_, ctx) {
        const reply = sampled(ctx, 'capital_question');
        return reply === undefined
          ? inputRequired({ inputRequests: { capital_question: sample('What is the capital of France?') } })
          : say(reply);
      },
    },
    test_input_required_result_list_roots: {
      run(_, ctx) {
        const roots = responses(ctx).client_roots?.roots;
        return roots === undefined
          ? inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
          : say(`Roots: ${roots.map((root) => root.uri).join(', ')}`);
      },
    },
    test_input_required_result_multiple_inputs: { run: (_, ctx) => asksSeveral(codec, ctx) },
    test_input_required_result_request_state: {
      run: async (_, ctx) => (accepted(ctx, 'confirm') !== undefined && ctx.mcpReq.requestState() !== undefined
        ? say('Confirmed: state-ok')
        : inputRequired({ inputRequests: { confirm: elicit('Please confirm', confirmForm) }, requestState: await codec.mint({ step: 'confirm' }) })),
    },
    test_input_required_result_tampered_state: {
      run: async (_, ctx) => (accepted(ctx, 'confirm') !== undefined && ctx.mcpReq.requestState() !== undefined
        ? say('Confirmed: state-ok')
        : inputRequired({ inputRequests: { confirm: elicit('Please confirm', confirmForm) }, requestState: await codec.mint({ step: 'protected' }) })),
    },
    test_input_required_result_multi_round: { run: (_, ctx) => asksTwice(codec, ctx) },
    test_input_required_result_capabilities: { run: (_, ctx) => asksWhatIsDeclared(ctx) },
  };
}

async function asksSeveral(codec, ctx) {
  const [name, greeting, roots] = [named(ctx, 'user_name', 'name'), sampled(ctx, 'greeting'), responses(ctx).client_roots?.roots];
  if (name !== undefined && greeting !== undefined && roots !== undefined) {
    return say(`${greeting} ${name}, you have ${roots.length} roots.`);
  }
  return inputRequired({
    inputRequests: {
      user_name: elicit('What is your name?', form('name')),
      greeting: sample('Generate a greeting', 50),
      client_roots: inputRequired.listRoots(),
    },
    requestState: await codec.mint({ step: 'several' }),
  });
}

async function asksTwice(codec, ctx) {
  const state = ctx.mcpReq.requestState();
  const color = named(ctx, 'step2', 'color');
  if (state?.step === 2 && color !== undefined) {
    return say(`${state.name} likes ${color}.`);
  }
  const name = state?.step === 2 ? state.name : named(ctx, 'step1', 'name');
  return name !== undefined && state !== undefined
    ? inputRequired({ inputRequests: { step2: elicit('Step 2: What is your favorite color?', form('color')) }, requestState: await codec.mint({ step: 2, name }) })
    : inputRequired({ inputRequests: { step1: elicit('Step 1: What is your name?', form('name')) }, requestState: await codec.mint({ step: 1 }) });
}

function asksWhatIsDeclared(ctx) {
  const declared = ctx.mcpReq.envelope?.[capabilitiesKey] ?? {};
  const inputRequests = {
    ...(declared.elicitation ? { user_name: elicit('What is your name?', form('name')) } : {}),
    ...(declared.sampling ? { greeting: sample('Generate a greeting', 50) } : {}),
    ...(declared.roots ? { client_roots: inputRequired.listRoots() } : {}),
  };
  const hasAll = Object.keys(inputRequests).every((key) => responses(ctx)[key] !== undefined);
  return hasAll ? say('The client answered all that it can be asked.') : inputRequired({ inputRequests });
}
