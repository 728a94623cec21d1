// Runs Apollo Client, without React, on what comes in parts: fragments with @defer in both formats, and subscriptions by HTTP.
import assert from 'node:assert/strict';
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { Defer20220824Handler, GraphQL17Alpha9Handler } from '@apollo/client/incremental';
import { checkWrong, endpoint, observer, placeReview, post, streamText, works, wrongText } from './shop.mjs';

const text = `query Page($id: ID! = 1) {
  user(id: $id) {
    name
    ...Orders @defer(label: "orders")
    ... @defer(label: "reviews") { reviews { title } }
  }
}
fragment Orders on User {
  orders { id lines { quantity ... @defer(label: "products") { product { name } } } }
}`;

const whole = (await post(text)).data;

// read asks for the page, and returns what is there at each time: the client's data, without the names of types that it adds.
async function read(client) {
  const seen = observer();
  const reading = client.watchQuery({ query: gql(text), fetchPolicy: 'no-cache', errorPolicy: 'all' }).subscribe(seen);
  const states = [];
  for (;;) {
    const { next, error } = await seen.told.take();
    assert.equal(error ?? next.error, undefined);
    if (next.data) states.push(JSON.parse(JSON.stringify(next.data, (key, value) => (key === '__typename' ? undefined : value))));
    if (next.dataState === 'complete') break;
  }
  reading.unsubscribe();
  return states;
}

for (const [name, incrementalHandler] of [
  ['2022', new Defer20220824Handler()],
  ['v0.2', new GraphQL17Alpha9Handler()],
]) {
  const client = new ApolloClient({ link: new HttpLink({ uri: endpoint }), cache: new InMemoryCache(), incrementalHandler });
  await works(`deferred fragments, ${name}`, async () => {
    const states = await read(client);
    assert.ok(states.length >= 2, `${states.length} states`);
    assert.deepEqual(states[0], { user: { name: whole.user.name } });
    assert.deepEqual(states.at(-1), whole);
  });
  await works(`errors, ${name}`, () =>
    assert.rejects(client.query({ query: gql(wrongText) }), (error) => {
      assert.ok(CombinedGraphQLErrors.is(error), `${error.stack}`);
      checkWrong(error.errors);
      return true;
    }),
  );
  client.stop();
}

const client = new ApolloClient({ link: new HttpLink({ uri: endpoint }), cache: new InMemoryCache() });

await works('subscription by HTTP', async () => {
  const seen = observer();
  const stream = client.subscribe({ query: gql(streamText), variables: { sku: 'COF-001', after: '500' } }).subscribe(seen);
  await placeReview('in parts', 'COF-001');
  const { next } = await seen.told.take();
  assert.equal(next.error, undefined);
  assert.equal(next.data.reviewPlaced.title, 'in parts');
  stream.unsubscribe();
});

await works('end of a subscription by HTTP', async () => {
  const seen = observer();
  client.subscribe({ query: gql('subscription { reviewPlaced(after: "498", limit: 2) { id } }') }).subscribe(seen);
  assert.equal((await seen.told.take()).next.data.reviewPlaced.id, '499');
  assert.equal((await seen.told.take()).next.data.reviewPlaced.id, '500');
  assert.ok((await seen.told.take()).complete);
});

await works('errors of a subscription by HTTP', async () => {
  const seen = observer();
  client.subscribe({ query: gql('subscription { nothing }') }).subscribe(seen);
  const { next } = await seen.told.take();
  assert.equal(next.error.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
});

client.stop();
