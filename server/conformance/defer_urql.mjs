// Runs urql's client on fragments with @defer.
import assert from 'node:assert/strict';
import { Client, fetchExchange } from '@urql/core';
import { endpoint, observer, post, works } from './shop.mjs';

const text = `query Page($id: ID! = 1) {
  user(id: $id) {
    name
    ... @defer(label: "orders") { orders { id lines { quantity ... @defer { product { name } } } } }
  }
}`;

const client = new Client({ url: endpoint, preferGetMethod: false, exchanges: [fetchExchange] });
const whole = (await post(text)).data;
const plain = (data) => JSON.parse(JSON.stringify(data, (key, value) => (key === '__typename' ? undefined : value)));

await works('deferred fragments', async () => {
  const seen = observer();
  const { unsubscribe } = client.query(text, {}).subscribe(seen.next);
  const states = [];
  for (;;) {
    const { next } = await seen.told.take();
    assert.equal(next.error, undefined);
    states.push(plain(next.data));
    if (!next.hasNext) break;
  }
  unsubscribe();
  assert.ok(states.length >= 3, `${states.length} states`);
  assert.deepEqual(states[0], { user: { name: whole.user.name } });
  assert.deepEqual(states.at(-1), whole);
});
