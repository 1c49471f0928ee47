// A page that gives a request up while it is waiting.
const patience = new AbortController();
const waiting = seen(`${given.api}/ping`, { signal: patience.signal });
await please('hear');
patience.abort();
found.met = await waiting;
found.ending = await please('tell');
found.after = await seen(`${given.api}/items`);
