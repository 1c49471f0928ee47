// So many requests at once; nobody is answered before all have come.
const asked = Array.from({ length: given.most }, () => seen(`${given.api}/items`));
await please('hear all, then answer');
found.came = await Promise.all(asked);
