import { expect, test } from "vitest";
import { linkOf, trialIn } from "./link";
import { answerOf, indented, refusalOf, requestOf, type Trial } from "./trial";

const trial: Trial = { mapping: 'a: "ü→😀"', spec: "v0.3", input: "12345678901234567890", vars: "" };

test("links hold trials, whatever their letters", () => {
  expect(trialIn(linkOf(trial))).toEqual(trial);
  expect(linkOf(trial)).toMatch(/^#mapping=[\w-]+$/);
});

test.each(["", "#other", "#mapping=", "#mapping=%%", "#mapping=e30", linkOf(trial).slice(0, -9)])(
  "other fragments hold none: %s",
  (fragment) => expect(trialIn(fragment)).toBeUndefined(),
);

test("numbers keep their digits on both ways", () => {
  expect(requestOf(trial)).toBe('{"mapping":"a: \\"ü→😀\\"","spec":"v0.3","input":12345678901234567890,"vars":{}}');
  expect(answerOf('{"outcome":{"result":{"n":12345678901234567890.50},"problems":[]}}')).toEqual({
    outcome: { result: '{\n  "n": 12345678901234567890.50\n}', problems: [], warnings: [] },
  });
});

test("MISSING is told from null", () => {
  expect(answerOf('{"outcome":{"problems":[]}}')).toEqual({ outcome: { result: undefined, problems: [], warnings: [] } });
  expect(answerOf('{"outcome":{"result":null,"problems":[]}}')).toMatchObject({ outcome: { result: "null" } });
});

test("errors with a place are the mapping's", () => {
  expect(answerOf('{"error":{"message":"m","line":1,"column":2}}')).toMatchObject({ refusal: { part: "mapping", line: 1 } });
  expect(answerOf('{"error":{"message":"m"}}')).toEqual({ refusal: { message: "m" } });
});

test.each([
  ["", undefined],
  ["[1]", undefined],
  ['{\n "ü" 1}', { part: "input", message: "colon expected", line: 2, column: 6 }],
  ["[1,]", { part: "input", message: "value expected", line: 1, column: 4 }],
  ["1 // no", { part: "input", message: "invalid comment token", line: 1, column: 3 }],
])("what is no JSON is told before anything is sent: %s", (text, want) => expect(refusalOf(text, "input")).toEqual(want));

test.each([
  ["[]", "[]"],
  ['{"a":[1,{}],"b":"x:{"}', '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": "x:{"\n}'],
  ['["\\"]",[[]]]', '[\n  "\\"]",\n  [\n    []\n  ]\n]'],
])("JSON is laid out: %s", (given, want) => expect(indented(given)).toBe(want));
