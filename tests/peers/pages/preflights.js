// Requests that a browser asks leave for before it sends them, each to an address it has no leave for yet.
const headers = { 'Content-Type': 'application/json', 'X-App-Version': '1.2.3' };
const ask = (method, path) => seen(given.api + path, { method, headers, body: '{"name":"Cup"}' });

found.crashing = [];
for (const n of [1, 2, 3]) found.crashing.push(await ask('PUT', `/items/${n}`));

// No leave: the browser sends nothing.
found.barred = await ask('PATCH', '/items/1');

// Leave, and then an answer that the page may not read: it was done all the same.
found.unreadable = await ask('DELETE', '/items/3');

// Asked for without leave to read: the page sees that something came, and nothing of it.
const opaque = await fetch(`${given.api}/items`, { mode: 'no-cors' });
found.opaque = { type: opaque.type, status: opaque.status, text: await opaque.text() };
