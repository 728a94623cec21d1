// The services of literal.wsdl and rpc.wsdl by npm's soap, at the same paths as server.php. The first line that it prints is its address.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import soap from 'soap';

const fault = (reason, version) => version === '12'
  ? { Fault: { Code: { Value: 'soap:Sender', Subcode: { Value: 'rpc:BadArguments' } }, Reason: { Text: reason }, statusCode: 500,
      Detail: { Problem: { attributes: { xmlns: 'urn:parcels' }, number: 7, hint: ['one'] } } } }
  : { Fault: { faultcode: 'soap:Client', faultstring: reason, statusCode: 500,
      detail: { Problem: { attributes: { xmlns: 'urn:parcels' }, number: 7, hint: ['one'] } } } };

const version = req => req.url.split('/')[2];

// mirrored is a value as it has to be given back: times and derived types are written in other ways than they are read.
const mirrored = record => {
  if (record?.moment) record.moment = record.moment.toISOString();
  delete record?.day; // JavaScript has no dates with zones
  if (record?.party?.attributes) record.party.attributes = { xsi_type: { type: 'Company', xmlns: 'urn:parcels' } };
  return record;
};

const literal = {
  Mirror: ({ record }) => ({ record: mirrored(record) }),
  Convert: celsius => (Math.round(Number(celsius) * 18 + 320) / 10).toFixed(2),
  Fail: ({ reason }, _callback, _headers, req) => { throw fault(reason, version(req)); },
  Notify: () => {},
  Greet: ({ name }, _callback, headers) => ({ text: `hello ${name} of ${headers?.Session?.token ?? ''}` }),
};
const rpc = { Add: ({ a, b }) => ({ sum: Number(a.$value ?? a) + Number(b.$value ?? b) }) };

const file = name => new URL(name, import.meta.url).pathname;
const server = http.createServer((_req, res) => { res.statusCode = 404; res.end(); });
const listen = (path, name, services, extra) => new Promise((done, fail) => {
  const s = soap.listen(server, {
    path, services, xml: readFileSync(file(name), 'utf8'), uri: file(name), oneWay: { emptyBody: true, responseCode: 202 },
    callback: error => error ? fail(error) : done(s), ...extra,
  });
});
server.listen(0, '127.0.0.1', async () => {
  const greeting = await listen(/^\/literal\/11\/utf-8/, 'literal.wsdl', { Parcels: { Soap11: literal, Soap12: literal } });
  greeting.addSoapHeader({ Receipt: { attributes: { xmlns: 'urn:parcels' }, number: 42 } });
  const newer = await listen(/^\/literal\/12\/utf-8/, 'literal.wsdl', { Parcels: { Soap11: literal, Soap12: literal } },
    { forceSoap12Headers: true });
  newer.addSoapHeader({ Receipt: { attributes: { xmlns: 'urn:parcels' }, number: 42 } });
  await listen(/^\/rpc\//, 'rpc.wsdl', { Rpc: { Literal: rpc, Encoded: rpc } });
  // Only who has the password is let in, by text or by digest.
  const secured = await listen(/^\/literal\/11\/secured/, 'literal.wsdl', { Parcels: { Soap11: literal, Soap12: literal } });
  secured.authenticate = security => {
    const token = security?.UsernameToken;
    const password = token?.Password?.$value ?? token?.Password;
    const isFresh = Math.abs(Date.parse(token?.Created ?? security?.Timestamp?.Created) - Date.now()) < 60_000;
    const wanted = token?.Nonce ? soap.passwordDigest(token.Nonce.$value ?? token.Nonce, token.Created, 'open <sesame>') : 'open <sesame>';
    return token?.Username === 'ali' && isFresh && password === wanted;
  };
  console.log(`http://127.0.0.1:${server.address().port}`);
});
process.stdin.resume().on('end', () => process.exit(0));
