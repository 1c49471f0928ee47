// One request by one of Node's libraries, each with its usual way to retry twice; prints what came of it: a
// status, `STATUS, no JSON` if a broken body passed for a whole one, `timeout` or `error`.

const [library, method, url] = process.argv.slice(2);
const timeout = Number(process.env.PATIENCE) * 1000;
const headers = process.env.TOKEN ? { Authorization: `Bearer ${process.env.TOKEN}` } : {};
const body = method === 'POST' ? { name: 'Tea' } : undefined;

const ways = {
  async axios() {
    const { default: axios } = await import('axios');
    const { default: axiosRetry } = await import('axios-retry');
    const client = axios.create({ timeout, proxy: false });
    axiosRetry(client, { retries: 2 });
    const { status, data } = await client.request({ method, url, headers, data: body });
    return told(status, typeof data === 'object');
  },
  async ky() {
    const { default: ky } = await import('ky');
    const answer = await ky(url, { method, headers, json: body, timeout, retry: 2 });
    return told(answer.status, isJson(await answer.text()));
  },
  async got() {
    const { default: got } = await import('got');
    const answer = await got(url, { method, headers, json: body, timeout: { request: timeout }, retry: { limit: 2 } });
    return told(answer.statusCode, isJson(answer.body));
  },
};

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function told(status, whole) {
  return whole ? `${status}` : `${status}, no JSON`;
}

function failed(error) {
  const status = error.response?.status ?? error.response?.statusCode;
  const late = /timeout/i.test(`${error.name} ${error.code} ${error.message}`);
  if (status >= 400) return `${status}`;
  return late ? 'timeout' : 'error';
}

console.log(await ways[library]().catch(failed));
process.exit(0);
