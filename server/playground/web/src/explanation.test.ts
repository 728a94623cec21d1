import { describe, expect, test } from "vitest";
import { errorOf, separate, type Call } from "./explanation";

const plan = { operation: "Q", conditions: [], stages: [], fetches: [], calls: { min: 0, max: 0 } };

describe("separate", () => {
  test("what is shown has no explanation, and no extensions without one", () => {
    const { answer, explanation } = separate({ data: { a: 1 }, extensions: { weft: { plan, calls: [] } } });
    expect(answer).toEqual({ data: { a: 1 } });
    expect(explanation).toEqual({ plan, calls: [], errors: [] });
  });

  test("other extensions stay", () => {
    const { answer } = separate({ data: null, extensions: { cost: 3, weft: { plan } } });
    expect(answer).toEqual({ data: null, extensions: { cost: 3 } });
  });

  test("errors are kept on both sides", () => {
    const errors = [{ message: "Request failed" }];
    expect(separate({ data: null, errors })).toEqual({ answer: { data: null, errors }, explanation: { errors } });
  });

  test.each([[null], ["text"], [[1]], [{ data: 1, extensions: null }], [{ data: 1, extensions: { weft: null } }]])(
    "an answer without explanation is as it was: %j",
    (given) => expect(separate(given)).toEqual({ answer: given, explanation: { errors: [] } }),
  );
});

test("a failed call has the error of its connector", () => {
  const error = (coordinate: string, code: string) => ({ message: code, extensions: { code, connector: { coordinate } } });
  const errors = [error("d:Query.a[0]", "X"), error("d:Query.b[0]", "TYPE_MISMATCH"), error("d:Query.b[0]", "X")];
  const call: Call = {
    fetch: 1, source: "s", connector: "d:Query.b[0]", request: "", start: 0, duration: 1, bytes: 0, keys: 0, rows: 0,
  };
  expect(errorOf({ ...call, code: "X" }, { errors })).toBe(errors[2]);
  expect(errorOf({ ...call, code: "Y" }, { errors })).toBe(errors[1]);
  expect(errorOf(call, { errors })).toBeUndefined();
});
