// Each row of the table, one after the other.
found.rows = [];
for (const { url, asks, patience_ms } of given.rows) {
  let told;
  for (let n = 0; n < asks; n += 1) {
    told = await seen(url, patience_ms && { signal: AbortSignal.timeout(patience_ms) });
  }
  found.rows.push(told);
}
