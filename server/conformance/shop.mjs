// What the programs that run clients of others have in common: the operations that they send, and how they say what works.
import assert from 'node:assert/strict';

export const [endpoint, control] = process.argv.slice(2);
export const socket = endpoint.replace(/^http/, 'ws');

// The endpoint is asked directly where a client is not what is tested.
export async function post(query, variables, headers = {}) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

export const queryText = 'query Customer($id: ID!) { user(id: $id) { name } }';
export const queryVariables = { id: '7' };

export function checkCustomer(data) {
  assert.equal(typeof data.user.name, 'string');
}

// The shop has 500 reviews, so these two are there from the beginning.
export const twoText = 'subscription Two { reviewPlaced(after: "498", limit: 2) { id product { name } } }';

export function checkTwo(results) {
  assert.deepEqual(results.map((r) => r.data.reviewPlaced.id), ['499', '500']);
  assert.equal(typeof results[0].data.reviewPlaced.product.name, 'string');
}

// Reviews of one product from the first that is placed by the program.
export const streamText = 'subscription Placed($sku: ID!, $after: ID) { reviewPlaced(sku: $sku, after: $after) { title author { name } } }';
export const mutationText =
  'mutation Place($title: String!, $sku: ID!) { placeReview(input: { sku: $sku, authorId: "1", rating: 5, title: $title, body: "b" }) { title } }';
export const wrongText = '{ nothing }';

export function checkWrong(errors) {
  assert.equal(errors.length, 1);
  assert.equal(errors[0].message, 'Cannot query field "nothing" on type "Query".');
  assert.equal(errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
}

export async function placeReview(title, sku) {
  const answer = await post(mutationText, { title, sku });
  assert.equal(answer.data.placeReview.title, title);
}

// The graph is replaced, and streams on the one before end.
export async function replaceGraph() {
  const response = await fetch(control, { method: 'POST' });
  assert.equal(response.status, 200);
}

// works runs one part of a program, and prints its name when it has worked.
export async function works(name, run) {
  await run();
  console.log(name);
}

// queue takes what comes one by one, and gives it to who waits for it.
export function queue() {
  const held = [];
  const waiting = [];
  return {
    put(value) {
      if (waiting.length) waiting.shift()(value);
      else held.push(value);
    },
    take() {
      return held.length ? Promise.resolve(held.shift()) : new Promise((resolve) => waiting.push(resolve));
    },
  };
}

// observer is a sink, or an observer, that puts all that it is told into a queue.
export function observer() {
  const told = queue();
  return {
    told,
    next: (value) => told.put({ next: value }),
    error: (error) => told.put({ error }),
    complete: () => told.put({ complete: true }),
  };
}
