// An app from another site: signs in, shows what it is told, waits as long as it is told, and lives through
// an expired token. Its story is what the test holds it to.
const story = (found.story = []);
let token;

async function send(method, path, body) {
  const headers = { 'Content-Type': 'application/json', 'X-App-Version': '1.2.3' };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(given.api + path, { method, headers, body: body && JSON.stringify(body) });
  story.push(`${method} ${path} -> ${answer.status}`);
  return { answer, json: await answer.json(), header: (name) => answer.headers.get(name) };
}

// With an expired token: refreshes it once, and sends again.
async function call(method, path, body) {
  const first = await send(method, path, body);
  if (first.answer.status !== 401) return first;
  story.push(`challenged by ${first.header('WWW-Authenticate')}`);
  const refreshed = await send('POST', '/auth/refresh');
  token = refreshed.json.data.token;
  return send(method, path, body);
}

const login = (email, password) => send('POST', '/auth/login', { email, password });

const wrong = await login('pasien@example.com', 'wrong');
story.push(`shows ${wrong.json.error.message}`);
found.request_id = wrong.header('X-Request-Id');
found.reason = wrong.header('X-Mock-Reason');

const right = await login('pasien@example.com', 'TestPass123!');
token = right.json.data.token;

const before = await call('GET', '/auth/me');
const after = await call('GET', '/appointments');
found.used = before.header('X-RateLimit-Remaining') - after.header('X-RateLimit-Remaining');

await please('expire the tokens');
const again = await call('GET', '/auth/me');
story.push(`is ${again.json.data.email}`);

const form = await call('POST', '/auth/register', {
  email: 'invalid-email', password: '123', password_confirmation: '456', name: '', role: 'invalid',
});
for (const [field, messages] of Object.entries(form.json.error.details.validation_errors)) {
  for (const message of messages) story.push(`shows at ${field}: ${message}`);
}

await please('limit the rate');
const limited = await call('GET', '/appointments');
found.limited = {};
for (const name of ['Retry-After', 'X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset']) {
  found.limited[name] = Number(limited.header(name));
}
await please(`wait ${limited.header('Retry-After')}s`);
await call('GET', '/appointments');
