package sdl

// Codes of diagnostics. Those without a prefix are the public specifications' (Connectors chapter 8, Federation 2); they are
// a contract, because people's tools look for them.
const (
	codeGraphQL              = "GRAPH_QL_ERROR"
	codeUnknownVersion       = "UNKNOWN_CONNECTORS_VERSION"
	codeMissingType          = "MISSING_SCHEMA_TYPE"
	codeUnsupportedDirective = "CONNECTORS_UNSUPPORTED_FEDERATION_DIRECTIVE"
	codeUnsupportedAbstract  = "CONNECTORS_UNSUPPORTED_ABSTRACT_TYPE"
	codeSubscription         = "SUBSCRIPTION_IN_CONNECTORS"

	codeDuplicateSource  = "DUPLICATE_SOURCE_NAME"
	codeEmptySourceName  = "EMPTY_SOURCE_NAME"
	codeSourceName       = "INVALID_SOURCE_NAME"
	codeSourceMismatch   = "SOURCE_NAME_MISMATCH"
	codeNoSources        = "NO_SOURCES_DEFINED"
	codeNoSourceImport   = "NO_SOURCE_IMPORT"
	codeURL              = "INVALID_URL"
	codeURLScheme        = "INVALID_URL_SCHEME"
	codeURLProperty      = "INVALID_URL_PROPERTY"
	codeAbsoluteURL      = "ABSOLUTE_CONNECT_URL_WITH_SOURCE"
	codeRelativeURL      = "RELATIVE_CONNECT_URL_WITHOUT_SOURCE"
	codeHeader           = "INVALID_HEADER"
	codeHeaderCollision  = "HTTP_HEADER_NAME_COLLISION"
	codeErrorsMessage    = "INVALID_ERRORS_MESSAGE"
	codeIsSuccess        = "INVALID_IS_SUCCESS"
	codeMissingMethod    = "MISSING_HTTP_METHOD"
	codeMultipleMethods  = "MULTIPLE_HTTP_METHODS"
	codeBody             = "INVALID_BODY"
	codeSelection        = "INVALID_SELECTION"
	codeConnectOnRoot    = "CONNECT_ON_ROOT"
	codeConnectorID      = "INVALID_CONNECTOR_ID_NAME"
	codeDuplicateID      = "DUPLICATE_ID_NAME"
	codeBatchAndThis     = "CONNECT_BATCH_AND_THIS"
	codeEntityNotOnQuery = "ENTITY_NOT_ON_ROOT_QUERY"
	codeEntityType       = "ENTITY_TYPE_INVALID"
	codeEntityArguments  = "ENTITY_RESOLVER_ARGUMENT_MISMATCH"
	codeTypeNotEntity    = "CONNECT_ON_TYPE_MUST_BE_ENTITY"

	codeUndefinedArgument   = "UNDEFINED_ARGUMENT"
	codeUndefinedField      = "UNDEFINED_FIELD"
	codeUnsupportedVariable = "UNSUPPORTED_VARIABLE_TYPE"
	codeSelectedField       = "SELECTED_FIELD_NOT_FOUND"
	codeGroupNotObject      = "GROUP_SELECTION_IS_NOT_OBJECT"
	codeGroupRequired       = "GROUP_SELECTION_REQUIRED_FOR_OBJECT"
	codeFieldWithArguments  = "CONNECTORS_FIELD_WITH_ARGUMENTS"
	codeCircular            = "CIRCULAR_REFERENCE"

	// CodeUnresolvedField: a document has a field that it does not resolve itself.
	CodeUnresolvedField  = "CONNECTORS_UNRESOLVED_FIELD"
	codeBatchKey         = "CONNECTORS_BATCH_KEY_NOT_IN_SELECTION"
	codeBatchKeyOrigin   = "CONNECTORS_NON_ROOT_BATCH_KEY"
	codeCannotResolveKey = "CONNECTORS_CANNOT_RESOLVE_KEY"
	codeMissingEntity    = "MISSING_ENTITY_CONNECTOR"
)

// Codes of Federation's composition.
const (
	codeNoQueries              = "NO_QUERIES"
	codeTypeKind               = "TYPE_KIND_MISMATCH"
	codeFieldType              = "FIELD_TYPE_MISMATCH"
	codeArgumentType           = "FIELD_ARGUMENT_TYPE_MISMATCH"
	codeArgumentDefault        = "FIELD_ARGUMENT_DEFAULT_MISMATCH"
	codeInputDefault           = "INPUT_FIELD_DEFAULT_MISMATCH"
	codeRequiredArgument       = "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH"
	codeRequiredInput          = "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH"
	codeEmptyInput             = "EMPTY_MERGED_INPUT_TYPE"
	codeEmptyEnum              = "EMPTY_MERGED_ENUM_TYPE"
	codeEnumValue              = "ENUM_VALUE_MISMATCH"
	codeSharing                = "INVALID_FIELD_SHARING"
	codeExternalMissing        = "EXTERNAL_MISSING_ON_BASE"
	codeInterfaceField         = "INTERFACE_FIELD_NO_IMPLEM"
	codeKeyFields              = "KEY_INVALID_FIELDS"
	codeRequiresFields         = "REQUIRES_INVALID_FIELDS"
	codeProvidesFields         = "PROVIDES_INVALID_FIELDS"
	codeReferencedInaccessible = "REFERENCED_INACCESSIBLE"
	codeOnlyInaccessible       = "ONLY_INACCESSIBLE_CHILDREN"
	codeRequiredInaccessible   = "REQUIRED_INACCESSIBLE"
	codeImplInaccessible       = "IMPLEMENTED_BY_INACCESSIBLE"
	codeRootInaccessible       = "QUERY_ROOT_TYPE_INACCESSIBLE"
	codeCostOnInterface        = "COST_APPLIED_TO_INTERFACE_FIELD"
	codeSizeNoList             = "LIST_SIZE_APPLIED_TO_NON_LIST"
	codeSizeAssumed            = "LIST_SIZE_INVALID_ASSUMED_SIZE"
	codeSizeSlicing            = "LIST_SIZE_INVALID_SLICING_ARGUMENT"
	codeSizeField              = "LIST_SIZE_INVALID_SIZED_FIELD"
	// CodeSatisfiability: a field has a supplier, and not on every way to it (Connectors specification 5.4); see package audit.
	CodeSatisfiability = "SATISFIABILITY_ERROR"
)

// Codes of our own.
const (
	// codeNotRead: a file cannot be read.
	codeNotRead = "WEFT_FILE"
	// codeDocumentName: two documents have one name.
	codeDocumentName = "WEFT_DUPLICATE_DOCUMENT"
	// codeDialects: a document links both dialects.
	codeDialects = "WEFT_MIXED_DIALECTS"
	// codeUnknownSpecification: a link of a specification that we do not know and that looks like one that we do.
	codeUnknownSpecification = "WEFT_UNKNOWN_SPECIFICATION"
	// codeUnsupported: the language has it and this version of the server does not.
	codeUnsupported = "WEFT_UNSUPPORTED"
	// codeNotEnforced: a directive looks as if it restricted access and does not.
	codeNotEnforced = "WEFT_NOT_ENFORCED"
	// codeAccess: what a directive that restricts access asks for is empty.
	codeAccess = "WEFT_INVALID_ACCESS"
	// codeAddress: the address of a gRPC or SOAP source cannot be one.
	codeAddress = "WEFT_INVALID_ADDRESS"
	// codeMessage: the message or the header blocks of a gRPC or SOAP connector cannot be read.
	codeMessage = "WEFT_INVALID_MESSAGE"
	// codeMetadata: a name of gRPC metadata that cannot be one.
	codeMetadata = "WEFT_INVALID_METADATA"
	// codeGRPCMethod: the method of a gRPC connector is no method's name, or the contract does not have it.
	codeGRPCMethod = "WEFT_GRPC_METHOD"
	// codeSOAPOperation: the operation of a SOAP connector has no name, or the contract does not have it.
	codeSOAPOperation = "WEFT_SOAP_OPERATION"
	// codeSourceKind: a connector's request is of another kind than its source.
	codeSourceKind = "WEFT_SOURCE_KIND"
	// codeBatch: `batch` where it has no meaning, without its `by`, or with a wrong size.
	codeBatch = "WEFT_INVALID_BATCH"
	// codeStream: a connector of a subscription field that cannot be the source of its events.
	codeStream = "WEFT_INVALID_STREAM"
	// codeBatchBy: `batch.by` does not parse, or does not give the keys.
	codeBatchBy = "WEFT_INVALID_BATCH_BY"
)
