import type { Trial } from "./trial";

/** Example is a trial to start from. */
export interface Example {
  readonly title: string;
  readonly trial: Trial;
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);

const customer: Example = {
  title: "A customer: rename and flatten",
  trial: {
    spec: "v0.4",
    mapping: "id name email\ncity: address.city\ncountry: address.country\nisAsked: $(id->eq($args.id))\n",
    input: json({ id: 1, name: "Ada", email: null, address: { city: "Oslo", country: "NO" }, joinedAt: "2024-02-29T08:00:00Z" }),
    vars: json({ args: { id: 1 } }),
  },
};

const order: Example = {
  title: "An order: lists and references",
  trial: {
    spec: "v0.4",
    mapping: "id status\nuser: { id: userId }\nlines { product: { sku } quantity unitPrice }\nitems: lines.quantity->joinNotNull(' + ')\n",
    input: json({
      id: 1001,
      userId: 1,
      status: "PAID",
      lines: [
        { sku: "COF-002", quantity: 2, unitPrice: 12.9 },
        { sku: "TEA-001", quantity: 1, unitPrice: 7.5 },
      ],
    }),
    vars: "{}",
  },
};

const search: Example = {
  title: "Search: a type for each kind",
  trial: {
    spec: "v0.4",
    mapping:
      "$.results {\n" +
      "  ... kind->match(\n" +
      '    ["product", { __typename: "Product", sku: sku, name: name }],\n' +
      '    ["user", { __typename: "User", id: id, name: name }]\n' +
      "  )\n" +
      "}\n",
    input: json({
      results: [
        { kind: "product", sku: "COF-002", name: "Brazil Santos" },
        { kind: "user", id: 7, name: "Bruno" },
      ],
    }),
    vars: "{}",
  },
};

const absent: Example = {
  title: "Missing or null?",
  trial: {
    spec: "v0.4",
    mapping: "isNull: body\nisMissing: text\neither: $(body ?? text ?? 'no text')\nmissingOnly: $(body ?! 'no body')\n",
    input: json({ id: 12, rating: 5, body: null }),
    vars: "{}",
  },
};

/** The examples of the pane, taken from the shop. */
export const examples: readonly [Example, ...Example[]] = [customer, order, search, absent];
