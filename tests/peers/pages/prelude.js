// What every page's script may use. `given` is what the test gives it, `found` what it will be told.

// What an error is called.
const named = (error) => error.name;

// What fetch makes of an answer, in the words of the table: `200`, `200, no JSON`, `200, then REASON`, `REASON`.
async function seen(url, options) {
  let answer;
  try {
    answer = await fetch(url, { cache: 'no-store', ...options });
  } catch (error) {
    return named(error);
  }
  let told = String(answer.status);
  const kind = (answer.headers.get('content-type') ?? '').split(';')[0];
  if (kind !== 'application/json') told += ` as ${kind}`;
  let body;
  try {
    body = await answer.text();
  } catch (error) {
    return `${told}, then ${named(error)}`;
  }
  try {
    JSON.parse(body);
  } catch {
    told += ', no JSON';
  }
  return told;
}

// Asks the test for something.
const please = async (what) => (await fetch('/please', { method: 'POST', body: what })).json();
