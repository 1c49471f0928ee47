// A till that lets the browser keep its tokens: they are in cookies that no script can read.
const story = (found.story = []);

async function send(method, path, credentials, body) {
  const answer = await fetch(given.api + path, {
    method, credentials, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body),
  });
  story.push(`${method} ${path} ${credentials} -> ${answer.status}`);
  return answer;
}

await send('POST', '/auth/login', 'include', { email: 'cashier@example.com', password: 'passwordrahasia' });
found.readable = document.cookie;
await send('GET', '/auth/me', 'include');
await send('GET', '/auth/me', 'omit');
await please('expire the tokens');
await send('GET', '/auth/me', 'include');
await send('POST', '/auth/refresh', 'include');
await send('GET', '/auth/me', 'include');
await send('POST', '/auth/logout', 'include');
await send('GET', '/auth/me', 'include');

// A cookie that the page sets names galat's session, too.
document.cookie = 'mock_session=ani';
await send('GET', '/products', 'include');
