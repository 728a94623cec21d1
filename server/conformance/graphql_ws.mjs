// Runs the client of graphql-ws, and where it would not do what is wrong, WebSockets by hand.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import {
  checkCustomer, checkTwo, checkWrong, mutationText, observer, queryText, queryVariables, queue, replaceGraph, placeReview, socket,
  streamText, twoText, works, wrongText,
} from './shop.mjs';

const connect = (options) => createClient({ url: socket, webSocketImpl: WebSocket, ...options });

async function results(client, request) {
  const all = [];
  for await (const result of client.iterate(request)) all.push(result);
  return all;
}

const client = connect();

await works('query', async () => {
  const [result] = await results(client, { query: queryText, variables: queryVariables });
  checkCustomer(result.data);
});

await works('mutation and subscription', async () => {
  const seen = observer();
  const leave = client.subscribe({ query: streamText, variables: { sku: 'COF-001', after: '500' } }, seen);
  const [placed] = await results(client, { query: mutationText, variables: { sku: 'COF-001', title: 'by ws' } });
  assert.equal(placed.data.placeReview.title, 'by ws');
  const { next } = await seen.told.take();
  assert.equal(next.data.reviewPlaced.title, 'by ws');
  assert.equal(typeof next.data.reviewPlaced.author.name, 'string');
  leave();
});

await works('two results and an end', async () => {
  checkTwo(await results(client, { query: twoText }));
});

await works('errors of what is not executed', async () => {
  const seen = observer();
  client.subscribe({ query: wrongText }, seen);
  checkWrong((await seen.told.take()).error);
});

await works('an unsubscribed stream ends', async () => {
  const seen = observer();
  const leave = client.subscribe({ query: streamText, variables: { sku: 'COF-001', after: '500' } }, seen);
  assert.equal((await seen.told.take()).next.data.reviewPlaced.title, 'by ws');
  leave();
  assert.ok((await seen.told.take()).complete);
});

await works('headers by connection parameters', async () => {
  const known = connect({ connectionParams: async () => ({ Authorization: 'Bearer 1', cookie: 'a=b' }) });
  const [result] = await results(known, { query: '{ caller }' });
  assert.deepEqual(result.data, { caller: 'Bearer 1' });
  await known.dispose();
});

await works('pings of the client', async () => {
  const pongs = queue();
  const lively = connect({ lazy: false, keepAlive: 20, on: { pong: (received) => received && pongs.put(true) } });
  await pongs.take();
  await pongs.take();
  await lively.dispose();
});

// byHand opens a WebSocket and sends messages.
function byHand(messages, protocol = 'graphql-transport-ws') {
  const ws = new WebSocket(socket, protocol);
  ws.on('open', () => messages.forEach((m) => ws.send(typeof m === 'string' ? m : JSON.stringify(m))));
  return ws;
}

await works('pings of the server', async () => {
  const ws = byHand([{ type: 'connection_init' }]);
  await once(ws, 'ping');
  ws.close();
  await once(ws, 'close');
});

await works('connected again after 1012, and the stream goes on', async () => {
  const closed = queue();
  const fresh = connect({ retryWait: async () => {}, on: { closed: (event) => closed.put(event.code) } });
  const seen = observer();
  const leave = fresh.subscribe({ query: streamText, variables: { sku: 'COF-002' } }, seen);
  // The stream has begun when another answer comes on the same connection and a review is seen.
  let number = 0;
  const seesReviews = async () => {
    const beat = setInterval(() => placeReview(`again ${number++}`, 'COF-002'), 50);
    const { next } = await seen.told.take();
    clearInterval(beat);
    assert.match(next.data.reviewPlaced.title, /^again/);
  };
  await seesReviews();
  await replaceGraph();
  assert.equal(await closed.take(), 1012);
  await seesReviews();
  leave();
  await fresh.dispose();
});

const hello = { type: 'connection_init' };
const forever = { id: '1', type: 'subscribe', payload: { query: streamText, variables: { sku: 'COF-001' } } };
for (const [name, code, messages, protocol] of [
  ['for nonsense', 4400, ['nonsense']],
  ['before connection_init', 4401, [forever]],
  ['for another protocol', 4406, [], 'graphql-ws'],
  ['without connection_init', 4408, []],
  ['for a second operation of an id', 4409, [hello, forever, forever]],
  ['for a second connection_init', 4429, [hello, hello]],
]) {
  await works(`closed with ${code} ${name}`, async () => {
    const [got] = await once(byHand(messages, protocol), 'close');
    assert.equal(got, code);
  });
}

await client.dispose();
