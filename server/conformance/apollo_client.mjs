// Runs Apollo Client, without React.
import assert from 'node:assert/strict';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import {
  checkCustomer, checkWrong, endpoint, mutationText, observer, queryText, queryVariables, socket, streamText, works, wrongText,
} from './shop.mjs';

// GraphQLWsLink looks for the global one, which Node.js has since version 22.
globalThis.WebSocket ??= WebSocket;

const sockets = createClient({ url: socket, webSocketImpl: WebSocket });
const overHTTP = new HttpLink({ uri: endpoint });
const overWebSocket = new GraphQLWsLink(sockets);

const clientOf = (link) =>
  new ApolloClient({ link, cache: new InMemoryCache(), defaultOptions: { query: { fetchPolicy: 'no-cache' }, mutate: { fetchPolicy: 'no-cache' } } });

const client = clientOf(
  ApolloLink.split(({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION, overWebSocket, overHTTP),
);

async function checkQuery(asked) {
  checkCustomer((await asked.query({ query: gql(queryText), variables: queryVariables })).data);
}

await works('query by POST', () => checkQuery(client));
await works('query by GET', () => checkQuery(clientOf(new HttpLink({ uri: endpoint, useGETForQueries: true }))));

await works('mutation by HTTP, subscription by WebSocket', async () => {
  const seen = observer();
  const stream = client.subscribe({ query: gql(streamText), variables: { sku: 'COF-001', after: '500' } }).subscribe(seen);
  const placed = await client.mutate({ mutation: gql(mutationText), variables: { sku: 'COF-001', title: 'by Apollo' } });
  assert.equal(placed.data.placeReview.title, 'by Apollo');
  const { next } = await seen.told.take();
  assert.equal(next.data.reviewPlaced.title, 'by Apollo');
  stream.unsubscribe();
});

await works('errors', async () => {
  for (const link of [overHTTP, overWebSocket]) {
    await assert.rejects(clientOf(link).query({ query: gql(wrongText) }), (error) => {
      assert.ok(CombinedGraphQLErrors.is(error), `${error.stack}`);
      checkWrong(error.errors);
      return true;
    });
  }
});

await works('query by WebSocket', () => checkQuery(clientOf(overWebSocket)));

client.stop();
await sockets.dispose();
