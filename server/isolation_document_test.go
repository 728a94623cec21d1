package server_test

// isolationDocument reads of the caller in every place where that can be done, and calls back ends of every protocol: in each one source to
// which all callers are alike, and one that is told of them.
const isolationDocument = `
extend schema
  @link(url: "https://weftgraph.dev/connect/v0.1", import: ["@source", "@connect"])
  @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@authenticated", "@requiresScopes", "@policy"])
  @source(name: "mine", http: { baseURL: "http://localhost:1/mine", headers: [{ name: "x-user", value: "{$context.caller.subject}" }] })
  @source(name: "public", http: { baseURL: "http://localhost:1/public" })
  @source(name: "rpc", grpc: {
    address: "grpc://localhost:1", proto: ["telling.proto"]
    metadata: [{ name: "x-user", value: "{$context.caller.subject}" }]
  })
  @source(name: "open", grpc: { address: "grpc://localhost:1", proto: ["telling.proto"] })
  @source(name: "letters", soap: {
    wsdl: "telling.wsdl"
    headers: "'{urn:telling}Caller': { subject: $context.caller.subject scopes: $context.caller.scopes context: $context->jsonStringify }"
  })
  @source(name: "cards", soap: { wsdl: "telling.wsdl" })

scalar Upload

type Query {
  constant: String @connect(selection: "$('constant')")
  known: String @authenticated @connect(selection: "$('known')")
  scoped: String @requiresScopes(scopes: [["desk"]]) @connect(selection: "$('scoped')")
  who: String @connect(selection: "$($context->jsonStringify)")
  desk: String @connect(selection: "$request.headers.'x-desk'->first")
  plain: String @connect(source: "public", http: { GET: "/plain" }, selection: "$.said")
  mixed: String @connect(source: "public", http: { GET: "/plain" }, selection: "$([$.said, $context.caller.subject, $context.caller.scopes->joinNotNull(',')]->joinNotNull(' for '))")
  seen: String @connect(source: "mine", http: { GET: "/seen" }, selection: "$.said")
  located: String @connect(source: "public", http: { GET: "/of/{$context.\"apollo::authentication::jwt_claims\".tenant ?? 'none'}" }, selection: "$.said")
  secret: Secret @requiresScopes(scopes: [["desk"]]) @connect(source: "mine", http: { GET: "/secret" }, selection: "said")
  own(id: ID!): String @policy(policies: [["own"]]) @connect(source: "public", http: { GET: "/own/{$args.id}" }, selection: "$.said")
  office: String @policy(policies: [["office"]]) @connect(source: "public", http: { GET: "/office" }, selection: "$.said")
  sent(file: Upload!): String @connect(source: "public", http: { POST: "/sent", body: "$args.file" }, selection: "$.said")
  broken: String @connect(
    source: "public", http: { GET: "/broken" }, selection: "$.said"
    errors: { message: "$.said", extensions: "who: $context.caller.subject scopes: $context.caller.scopes" }
  )
  brokenMine: String @connect(
    source: "mine", http: { GET: "/broken" }, selection: "$.said"
    errors: { message: "$.said", extensions: "who: $context.caller" }
  )
  items: [Item] @connect(source: "public", http: { GET: "/items" }, selection: "id said")
  ownItems: [Item] @connect(source: "mine", http: { GET: "/own-items" }, selection: "id said")
  call: String @connect(source: "open", grpc: { method: "telling.Telling/Say" }, selection: "$.said")
  mixedCall: String @connect(source: "open", grpc: { method: "telling.Telling/Say" }, selection: "$([$.said, $context.caller.subject]->joinNotNull(' for '))")
  callMine: String @connect(source: "rpc", grpc: { method: "telling.Telling/Say" }, selection: "$.said")
  callAll: [String] @connect(source: "rpc", grpc: { method: "telling.Telling/Watch" }, selection: "$.said")
  brokenCall: String @connect(
    source: "rpc", grpc: { method: "telling.Telling/Break" }, selection: "$.said"
    errors: { message: "$.message", extensions: "who: $context.caller.subject" }
  )
  card: String @connect(source: "cards", soap: { operation: "Say" }, selection: "$.said")
  mixedCard: String @connect(source: "cards", soap: { operation: "Say" }, selection: "$([$.said, $context.caller.subject]->joinNotNull(' for '))")
  letter: String @connect(source: "letters", soap: { operation: "Say" }, selection: "$.said")
  brokenLetter: String @connect(
    source: "letters", soap: { operation: "Break" }, selection: "$.said"
    errors: { message: "$.faultstring", extensions: "who: $context.caller.subject" }
  )
}
type Item {
  id: ID!
  said: String
  note: String @connect(source: "mine", http: { GET: "/notes/{$this.id}" }, selection: "$.said")
  price: String @requiresScopes(scopes: [["desk"]]) @connect(source: "public", http: { GET: "/prices/{$this.id}" }, selection: "$.said")
  owner: String @connect(source: "public", http: { GET: "/owners/{$this.id}" }, selection: "$([$.said, $context.caller.subject]->joinNotNull(' for '))")
  calls: [Call] @connect(
    source: "open", grpc: { method: "telling.Telling/Notes", message: "ids: $batch.id" }, batch: { by: "id" }, selection: "$.all { id said who: $context.caller.subject }"
  )
  callsMine: [Call] @connect(
    source: "rpc", grpc: { method: "telling.Telling/Notes", message: "ids: $batch.id" }, batch: { by: "id" }, selection: "$.all { id said who: $context.caller.subject }"
  )
}
type Call { id: ID said: String who: String }
type Secret { said: String }
type Subscription {
  events: Event @connect(source: "mine", http: { GET: "/events" }, selection: "n said who: $context.caller.subject")
  secrets: Event @requiresScopes(scopes: [["desk"]]) @connect(source: "public", http: { GET: "/events" }, selection: "n said who: $context.caller.subject")
  calls: Event @connect(source: "open", grpc: { method: "telling.Telling/Watch" }, selection: "n said who: $context.caller.subject")
  callsMine: Event @connect(source: "rpc", grpc: { method: "telling.Telling/Watch" }, selection: "n said who: $context.caller.subject")
}
type Event { n: Int said: String who: String }
`

const isolationConfig = `
# Nobody reads between two questions, and a busy machine takes its time.
websocket: { ping_interval: 10m, init_timeout: 5m, write_timeout: 5m, connection_params: [authorization, x-api-key, cookie, x-desk] }
event_stream: { write_timeout: 5m, keep_alive_interval: 10m }
limits: { connection_header_read_timeout: 5m, request_read_timeout: 5m, connection_idle_timeout: 10m }
traffic_shaping: { router: { timeout: 5m }, connector: { all: { timeout: 5m } } }
tls:
  supergraph:
    certificate: '${file.%[1]s/server.pem}'
    key: '${file.%[1]s/server.key}'
    client_authentication: { certificate_authorities: '${file.%[1]s/clients.pem}', required: false }
authentication:
  jwt: { issuers: [{ issuer: %[2]q, audiences: [shop], timeout: 5m }, { issuer: %[3]q, audiences: [shop], timeout: 5m }] }
  introspection: [{ issuer: %[3]q, client_id: weft, client_secret: secret, timeout: 5m }]
  client_certificates: { scopes: [{ subject: machine, scopes: [desk] }] }
  %[4]s
authorization:
  introspection: %[8]s
  policies:
    own: "args.id == caller.subject"
    office: "'x-desk' in request.headers && request.headers['x-desk'][0] == 'office'"
batching: { enabled: true }
persisted_queries: { enabled: true, local_manifests: [%[1]q] }
playground: { explain: true }
connectors:
  sources:
    isolation.mine: { override_url: "%[5]s/mine" }
    isolation.public: { override_url: "%[5]s/public" }
    isolation.rpc: { override_url: %[6]q }
    isolation.open: { override_url: %[6]q }
    isolation.letters: { override_url: "%[5]s/letters" }
    isolation.cards: { override_url: "%[5]s/cards" }
headers:
  connector:
    sources:
      isolation.mine: { request: %[7]s }
      isolation.rpc: { request: %[7]s }
`

// isolationRules tell back ends of the caller.
const isolationRules = `[
  { insert: { name: x-subject, from_context: caller.subject } }, { insert: { name: x-claims, from_context: "apollo::authentication::jwt_claims" } },
  { propagate: { named: authorization } }, { propagate: { named: cookie } } ]`

// tellingProto is the contract of the back end's gRPC service.
const tellingProto = `syntax = "proto3";
package telling;
service Telling {
  rpc Say(Ask) returns (Said);
  rpc Break(Ask) returns (Said);
  rpc Notes(Ask) returns (Many);
  rpc Watch(Ask) returns (stream Said);
}
message Ask { repeated string ids = 1; }
message Said { string id = 1; string said = 2; int32 n = 3; }
message Many { repeated Said all = 1; }
`

// tellingWSDL is the contract of its SOAP service.
const tellingWSDL = `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:telling" targetNamespace="urn:telling">
  <types><xs:schema targetNamespace="urn:telling">
    <xs:element name="Say"><xs:complexType><xs:sequence/></xs:complexType></xs:element>
    <xs:element name="Break"><xs:complexType><xs:sequence/></xs:complexType></xs:element>
    <xs:element name="Said"><xs:complexType><xs:sequence><xs:element name="said" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
    <xs:element name="Caller"><xs:complexType><xs:sequence>
      <xs:element name="subject" type="xs:string" minOccurs="0"/>
      <xs:element name="scopes" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
      <xs:element name="context" type="xs:string" minOccurs="0"/>
    </xs:sequence></xs:complexType></xs:element>
  </xs:schema></types>
  <message name="Say"><part name="parameters" element="t:Say"/></message>
  <message name="Break"><part name="parameters" element="t:Break"/></message>
  <message name="Said"><part name="parameters" element="t:Said"/></message>
  <portType name="Telling">
    <operation name="Say"><input message="t:Say"/><output message="t:Said"/></operation>
    <operation name="Break"><input message="t:Break"/><output message="t:Said"/></operation>
  </portType>
  <binding name="Telling" type="t:Telling">
    <s:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Say"><s:operation soapAction="say"/><input><s:body use="literal"/></input><output><s:body use="literal"/></output></operation>
    <operation name="Break"><s:operation soapAction="break"/><input><s:body use="literal"/></input><output><s:body use="literal"/></output></operation>
  </binding>
  <service name="Telling"><port name="Telling" binding="t:Telling"><s:address location="http://localhost:1/"/></port></service>
</definitions>`
