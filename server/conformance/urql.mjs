// Runs urql's client.
import assert from 'node:assert/strict';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient as createSSE } from 'graphql-sse';
import { createClient as createWS } from 'graphql-ws';
import WebSocket from 'ws';
import {
  checkCustomer, checkWrong, endpoint, mutationText, observer, queryText, queryVariables, socket, streamText, works, wrongText,
} from './shop.mjs';

const clientOf = (exchanges, options) => new Client({ url: endpoint, preferGetMethod: false, exchanges, ...options });

const client = clientOf([fetchExchange]);

await works('query', async () => {
  const result = await client.query(queryText, queryVariables).toPromise();
  assert.equal(result.error, undefined);
  checkCustomer(result.data);
});

await works('errors', async () => {
  const { error } = await client.query(wrongText, {}).toPromise();
  checkWrong(error.graphQLErrors);
});

const sse = createSSE({ url: endpoint });
const ws = createWS({ url: socket, webSocketImpl: WebSocket });
const forward = (subscribe) =>
  subscriptionExchange({
    forwardSubscription: (request) => ({ subscribe: (sink) => ({ unsubscribe: subscribe({ ...request, query: request.query || '' }, sink) }) }),
  });

for (const [name, streaming] of [
  ['fetch', clientOf([fetchExchange], { fetchSubscriptions: true })],
  ['graphql-ws', clientOf([fetchExchange, forward((request, sink) => ws.subscribe(request, sink))])],
  ['graphql-sse', clientOf([fetchExchange, forward((request, sink) => sse.subscribe(request, sink))])],
]) {
  await works(`mutation by fetch, subscription by ${name}`, async () => {
    const seen = observer();
    const title = `by urql and ${name}`;
    const placed = await streaming.mutation(mutationText, { sku: `COF-003`, title }).toPromise();
    assert.equal(placed.data.placeReview.title, title);
    const { unsubscribe } = streaming.subscription(streamText, { sku: 'COF-003', after: '500' }).subscribe(seen.next);
    for (;;) {
      const { next } = await seen.told.take();
      assert.equal(next.error, undefined);
      if (next.data.reviewPlaced.title === title) break;
    }
    unsubscribe();
  });
}

await ws.dispose();
