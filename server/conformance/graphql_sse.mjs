// Runs the client of graphql-sse in its mode of distinct connections.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-sse';
import {
  checkCustomer, checkTwo, checkWrong, endpoint, mutationText, observer, placeReview, queryText, queryVariables, queue, replaceGraph, streamText,
  twoText, works, wrongText,
} from './shop.mjs';

const connect = (options) => createClient({ url: endpoint, ...options });

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
  const [placed] = await results(client, { query: mutationText, variables: { sku: 'COF-001', title: 'by sse' } });
  assert.equal(placed.data.placeReview.title, 'by sse');
  const { next } = await seen.told.take();
  assert.equal(next.data.reviewPlaced.title, 'by sse');
  assert.equal(typeof next.data.reviewPlaced.author.name, 'string');
  leave();
});

await works('two results and an end', async () => {
  checkTwo(await results(client, { query: twoText }));
});

await works('errors of what is not executed', async () => {
  const [result] = await results(client, { query: wrongText });
  assert.equal('data' in result, false);
  checkWrong(result.errors);
});

await works('an unsubscribed stream ends', async () => {
  const seen = observer();
  const leave = client.subscribe({ query: streamText, variables: { sku: 'COF-001', after: '500' } }, seen);
  assert.equal((await seen.told.take()).next.data.reviewPlaced.title, 'by sse');
  leave();
  assert.ok((await seen.told.take()).complete);
});

await works('headers', async () => {
  const [result] = await results(connect({ headers: { Authorization: 'Bearer 1' } }), { query: '{ caller }' });
  assert.deepEqual(result.data, { caller: 'Bearer 1' });
});

await works('connected again after the graph was replaced, and the stream goes on', async () => {
  const connecting = queue();
  const fresh = connect({ retry: async () => {}, on: { connecting: (isAgain) => connecting.put(isAgain) } });
  const seen = observer();
  const leave = fresh.subscribe({ query: streamText, variables: { sku: 'COF-002' } }, seen);
  let number = 0;
  const seesReviews = async () => {
    const beat = setInterval(() => placeReview(`again ${number++}`, 'COF-002'), 50);
    const { next } = await seen.told.take();
    clearInterval(beat);
    assert.match(next.data.reviewPlaced.title, /^again/);
  };
  await seesReviews();
  assert.equal(await connecting.take(), false);
  await replaceGraph();
  assert.equal(await connecting.take(), true);
  await seesReviews();
  leave();
});

await works('no single connection mode', async () => {
  const seen = observer();
  connect({ singleConnection: true, retryAttempts: 0 }).subscribe({ query: queryText, variables: queryVariables }, seen);
  assert.equal((await seen.told.take()).error.response.status, 405);
});

// Node has no EventSource. This is what one asks for.
await works("by EventSource's request", async () => {
  const response = await fetch(`${endpoint}?query=${encodeURIComponent(twoText)}`, {
    headers: { accept: 'text/event-stream', 'cache-control': 'no-cache' },
  });
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const text = await response.text();
  assert.equal(text.match(/^event: next$/gm).length, 2);
  assert.match(text, /\nevent: complete\ndata:\n\n$/);
});
