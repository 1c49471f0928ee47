// A page that tries to get at the control API with everything a page has.
const { control } = given;
const faults = `${control}/apis/shop/faults`;
found.tried = {};

// What it may read of an answer.
const attempt = async (name, url, options) => {
  try {
    const answer = await fetch(url, options);
    found.tried[name] = answer.type === 'opaque' ? 'opaque' : `read ${answer.status}`;
  } catch (error) {
    found.tried[name] = named(error);
  }
};
const json = { 'Content-Type': 'application/json' };
const text = { 'Content-Type': 'text/plain' };

await attempt('read the faults', faults);
await attempt('read the state', `${control}/apis/shop/state`);
await attempt('read the journal', `${control}/journal`);
await attempt('read with cookies', faults, { credentials: 'include' });
await attempt('read unseen', faults, { mode: 'no-cors' });
await attempt('switch on', `${faults}/busy`, { method: 'PUT' });
await attempt('switch on in JSON', `${faults}/busy`, { method: 'PUT', headers: json, body: '{}' });
await attempt('switch on by text', `${faults}/busy`, { method: 'PUT', headers: text, body: '{}' });
await attempt('switch off', `${faults}/crash`, { method: 'DELETE' });
await attempt('forget the journal', `${control}/journal`, { method: 'DELETE' });
await attempt('reset', `${control}/reset`, { method: 'POST' });
await attempt('reset in JSON', `${control}/reset`, { method: 'POST', headers: json, body: '{}' });
await attempt('reset unseen', `${control}/reset`, { method: 'POST', mode: 'no-cors' });
await attempt('reset one unseen', `${control}/apis/shop/reset`, { method: 'POST', mode: 'no-cors', keepalive: true });
await attempt('advance unseen', `${control}/clock/advance`, { method: 'POST', mode: 'no-cors', headers: text, body: '{"by":"1h"}' });
await attempt('stop the clock unseen', `${control}/clock/resume`, { method: 'POST', mode: 'no-cors' });

// What is no fetch: it tells only whether something came that could be used.
const element = (tag, address, url, more) =>
  new Promise((done) => {
    const it = Object.assign(document.createElement(tag), more);
    it.onload = () => done('loaded');
    it.onerror = () => done('error');
    it[address] = url;
    document.body.append(it);
  });
found.tried['show as an image'] = await element('img', 'src', faults);
found.tried['run as a script'] = await element('script', 'src', `${control}/openapi.json`);
found.tried['use as a style'] = await element('link', 'href', faults, { rel: 'stylesheet' });

// A form and a frame load whatever comes; it cannot be read.
const framed = async (name, begin) => {
  const frame = Object.assign(document.createElement('iframe'), { name: `frame-${name}` });
  document.body.append(frame);
  const loaded = new Promise((done) => (frame.onload = done));
  begin(frame);
  await loaded;
  try {
    found.tried[name] = frame.contentDocument ? `read ${frame.contentDocument.body.innerText}` : 'closed';
  } catch (error) {
    found.tried[name] = named(error);
  }
};
await framed('frame the state', (frame) => (frame.src = `${control}/apis/shop/state`));
for (const [name, enctype] of [['post a form', 'application/x-www-form-urlencoded'], ['post a form as text', 'text/plain']]) {
  await framed(name, (frame) => {
    const form = document.createElement('form');
    Object.assign(form, { action: `${control}/reset`, method: 'post', enctype, target: frame.name });
    form.append(Object.assign(document.createElement('input'), { name: '{"by":"1h","x":"', value: '"}' }));
    document.body.append(form);
    form.submit();
  });
}

// The stream of events: one error, and it is over.
found.tried['listen to the events'] = await new Promise((done) => {
  const events = new EventSource(`${control}/events`);
  events.onopen = () => done('open');
  events.onerror = () => (events.close(), done('error'));
});
found.tried['leave a beacon'] = navigator.sendBeacon(`${control}/reset`) ? 'sent' : 'not sent';
await please(`hear ${Object.keys(found.tried).length}`); // the beacon goes out behind the page's back
