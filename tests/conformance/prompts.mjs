// The prompts and resources whose names and contents are fixed by the conformance suite.
import { acceptedContent, inputRequired } from '@modelcontextprotocol/server';
import { embedded, form, image, png, text } from './content.mjs';

const user = (content) => ({ role: 'user', content });
const argument = (name) => ({ name, description: `The prompt's ${name}`, required: true });

export const prompts = {
  test_simple_prompt: { run: () => ({ messages: [user(text('This is a simple prompt for testing.'))] }) },
  test_prompt_with_arguments: {
    arguments: [argument('arg1'), argument('arg2')],
    run: (args) => ({ messages: [user(text(`Prompt with arguments: arg1='${args.arg1}', arg2='${args.arg2}'`))] }),
  },
  test_prompt_with_embedded_resource: {
    arguments: [argument('resourceUri')],
    run: (args) => ({
      messages: [
        user(embedded(args.resourceUri, 'text/plain', 'Embedded resource content for testing.')),
        user(text('Please process the embedded resource above.')),
      ],
    }),
  },
  test_prompt_with_image: { run: () => ({ messages: [user(image), user(text('Please analyze the image above.'))] }) },
  test_input_required_result_prompt: {
    run(_, ctx) {
      const context = acceptedContent(ctx.mcpReq.inputResponses, 'user_context')?.context;
      return context === undefined
        ? inputRequired({
          inputRequests: { user_context: inputRequired.elicit({ message: 'What context should the prompt use?', requestedSchema: form('context') }) },
        })
        : { messages: [user(text(`Use this context: ${context}`))] };
    },
  },
};

export const resources = [
  { uri: 'test://static-text', name: 'Static text', description: 'A static text resource', mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
  { uri: 'test://static-binary', name: 'Static binary', description: 'A static image resource', mimeType: 'image/png', blob: png },
  { uri: 'test://watched-resource', name: 'Watched resource', description: 'A resource to subscribe to', mimeType: 'text/plain', text: 'Watched resource content' },
];

export const templates = [
  { uriTemplate: 'test://template/{id}/data', name: 'Template data', description: 'A resource with a parameter', mimeType: 'application/json' },
];

const templateUri = /^test:\/\/template\/([^/]+)\/data$/;

/** The contents of a resource; undefined for none. */
export function read(uri) {
  const found = resources.find((resource) => resource.uri === uri);
  if (found !== undefined) {
    const { mimeType, text: value, blob } = found;
    return { uri, mimeType, ...(blob === undefined ? { text: value } : { blob }) };
  }
  const id = templateUri.exec(uri)?.[1];
  return id === undefined
    ? undefined
    : { uri, mimeType: 'application/json', text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) };
}
