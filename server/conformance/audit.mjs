// Runs the public audit of GraphQL over HTTP against the endpoint that is the first argument, and prints what did not pass: lines of
// the level, the audit's id, its name and the reason. The last line is how many audits there were.
import { auditServer } from 'graphql-http';

const results = await auditServer({ url: process.argv[2] });
for (const r of results) {
  if (r.status !== 'ok') {
    console.log(`${r.status} ${r.id} ${r.name}: ${r.reason}`);
  }
}
console.log(`${results.length} audits`);
