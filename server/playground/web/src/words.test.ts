import { expect, test } from "vitest";
import { bytes, counted, covers, milliseconds, price, range, status } from "./words";

test.each([
  [{ min: 1, max: 1 }, "1"],
  [{ min: 0, max: 1 }, "0–1"],
  [{ min: 2, max: null }, "2 or more"],
  [{ min: 0, max: null }, "any number"],
])("a prediction is said in words: %j", (given, want) => expect(range(given)).toBe(want));

test("a prediction without a bound covers any larger number", () => {
  expect([covers({ min: 1, max: null }, 99), covers({ min: 1, max: null }, 0), covers({ min: 0, max: 2 }, 3)]).toEqual([
    true,
    false,
    false,
  ]);
});

test.each([
  [{ estimated: 301, actual: 14 }, "14, estimated 301"],
  [{ estimated: 301, actual: 14, max: 1000 }, "14, estimated 301, at most 1000"],
])("a cost is said in words: %j", (given, want) => expect(price(given)).toBe(want));

test("amounts have about three digits", () => {
  expect([0.194, 21.354, 1240.4].map(milliseconds)).toEqual(["0.19 ms", "21.4 ms", "1240 ms"]);
  expect([140, 8444, 2_500_000].map(bytes)).toEqual(["140 B", "8.4 kB", "2.5 MB"]);
});

test("nouns follow their numbers", () => {
  expect([counted(1, "call"), counted(2, "call"), counted(0, "fetch")]).toEqual(["1 call", "2 calls", "0 fetches"]);
});

test("a status is said as its protocol says it", () => {
  expect([status("http", 404), status("grpc", 0), status("grpc", 5), status("grpc", 99), status("soap", undefined)]).toEqual([
    "404",
    "OK",
    "NOT_FOUND",
    "99",
    "no reply",
  ]);
});
