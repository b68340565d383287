// What `helm test` runs: signs in, opens an MCP session at the frontends' Service, and lists the tools. Ends with 1 and the reason when one fails.
const { GATEWAY, TOKEN, EMAIL, PASSWORD } = process.env;
const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

async function send(path, body, headers) {
  const answer = await fetch(GATEWAY + path, {
    method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body), signal: AbortSignal.timeout(20_000),
  });
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 500)}`);
  }

  return { answer, text };
}

// A JSON answer, or the event of a stream that has the response.
function responseIn(text, id) {
  const messages = text.trimStart().startsWith('{')
    ? [text]
    : text.split(/\r?\n/).filter(line => line.startsWith('data:') && line.length > 6).map(line => line.slice(5));
  const response = messages.map(message => JSON.parse(message)).find(message => message.id === id);
  if (!response?.result) {
    throw new Error(`No result for request ${id}: ${text.slice(0, 500)}`);
  }

  return response.result;
}

async function test() {
  const token = TOKEN || JSON.parse((await send('/auth/login', { email: EMAIL, password: PASSWORD })).text).access_token;
  const headers = { authorization: `Bearer ${token}` };

  const opened = await send('/mcp', {
    jsonrpc: '2.0', id: 1, method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'helm-test', version: '1' } },
  }, headers);
  const { protocolVersion, serverInfo } = responseIn(opened.text, 1);
  console.log(`Session of ${serverInfo.name} ${serverInfo.version}, revision ${protocolVersion}`);

  headers['mcp-protocol-version'] = protocolVersion;
  const session = opened.answer.headers.get('mcp-session-id');
  if (session) {
    headers['mcp-session-id'] = session;
  }

  await send('/mcp', { jsonrpc: '2.0', method: 'notifications/initialized' }, headers);
  const { tools } = responseIn((await send('/mcp', { jsonrpc: '2.0', id: 2, method: 'tools/list' }, headers)).text, 2);
  console.log(`${tools.length} tools on the first page`);
  if (session) {
    await fetch(`${GATEWAY}/mcp`, { method: 'DELETE', headers, signal: AbortSignal.timeout(20_000) });
  }
}

try {
  await test();
} catch (error) {
  console.error(`FAILED: ${error.message}${error.cause ? ` (${error.cause.message})` : ''}`);
  process.exit(1);
}
