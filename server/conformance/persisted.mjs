// Asks the endpoint that is the first argument by the hashes of queries, with Apollo Client and urql, and by the ids of a manifest, with
// fetch as Relay's documentation does. It prints what each request had and what came of it.
import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';

const url = process.argv[2];
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

// watched is fetch that prints what the request has.
async function watched(target, options = {}) {
  const method = options.method ?? 'GET';
  const params = method === 'GET' ? Object.fromEntries(new URL(target).searchParams) : JSON.parse(options.body);
  const has = ['query', 'extensions', 'documentId', 'doc_id'].filter((name) => params[name]);
  const response = await fetch(target, options);
  console.log(`  ${method} with ${has.join(' and ')}: ${response.status}`);
  return response;
}

function apollo(useGETForHashedQueries) {
  return new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.from([new PersistedQueryLink({ sha256, useGETForHashedQueries }), new HttpLink({ uri: url, fetch: watched })]),
    defaultOptions: { query: { fetchPolicy: 'no-cache', errorPolicy: 'all' } },
  });
}

// say prints an answer.
function say(who, data, error) {
  console.log(`${who}: ${error ? `error: ${error.message}` : JSON.stringify(data)}`);
}

const greeting = gql`query Greeting($name: String) { greet(name: $name) }`;
for (const [who, client] of [['Apollo', apollo(false)], ['Apollo by GET', apollo(true)]]) {
  for (const name of ['a', 'b']) {
    const { data, error } = await client.query({ query: who === 'Apollo' ? greeting : gql`query ByGet($name: String) { greet(name: $name) }`, variables: { name } });
    say(who, data, error);
  }
  const { data, error } = await client.mutate({ mutation: gql`mutation Change { greet(name: "c") }` });
  say(`${who}, mutation`, data, error);
  const wrong = await client.query({ query: gql`query Wrong { gone }` });
  say(`${who}, wrong query`, wrong.data, wrong.error);
}

const urql = new Client({
  url,
  fetch: watched,
  preferGetMethod: false,
  exchanges: [persistedExchange({ generateHash: async (text) => sha256(text), preferGetForPersistedQueries: true, enableForMutation: true }), fetchExchange],
});
for (const name of ['d', 'e']) {
  const { data, error } = await urql.query('query Urql($name: String) { greet(name: $name) }', { name }).toPromise();
  say('urql', data, error);
}
const changed = await urql.mutation('mutation UrqlChange { greet(name: "f") }', {}).toPromise();
say('urql, mutation', changed.data, changed.error);

const headers = { 'content-type': 'application/json' };
for (const name of ['doc_id', 'documentId']) {
  const response = await watched(url, { method: 'POST', headers, body: JSON.stringify({ [name]: 'greeting', variables: { name: 'g' } }) });
  say(name, await response.json());
}
const response = await fetch(`${url}/greeting?${new URLSearchParams({ variables: '{"name":"h"}' })}`);
say('path', await response.json());
