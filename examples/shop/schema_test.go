package shop_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/weftgraph/weft/examples/shop"
)

// linked defines what the documents import, as far as they use it, so that any
// GraphQL tool can read them.
const linked = `
directive @link(url: String!, import: [String!]) repeatable on SCHEMA
directive @inaccessible on FIELD_DEFINITION
directive @listSize(assumedSize: Int) on FIELD_DEFINITION
directive @authenticated on FIELD_DEFINITION | OBJECT
directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION | OBJECT
directive @tag(name: String!) repeatable on FIELD_DEFINITION
directive @source(name: String!, http: SourceHTTP, grpc: SourceGRPC, soap: SourceSOAP, errors: Errors) repeatable on SCHEMA
directive @connect(
  source: String, http: ConnectHTTP, grpc: ConnectGRPC, soap: ConnectSOAP, batch: Batch, selection: String!, entity: Boolean
) repeatable on FIELD_DEFINITION | OBJECT
input SourceHTTP { baseURL: String! }
input SourceGRPC { address: String!  proto: [String!] }
input SourceSOAP { wsdl: String! }
input ConnectHTTP { GET: String  POST: String  body: String  queryParams: String }
input ConnectGRPC { method: String!  message: String }
input ConnectSOAP { operation: String!  message: String }
input Batch { maxSize: Int  by: String }
input Errors { message: String  extensions: String }
schema { query: Query  mutation: Mutation  subscription: Subscription }
`

func loadSchema(t *testing.T) *ast.Schema {
	t.Helper()
	folder, err := shop.Schema()
	if err != nil {
		t.Fatal(err)
	}
	sources := []*ast.Source{{Name: "linked", Input: linked}}
	err = fs.WalkDir(folder, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".graphql") {
			return err // contracts stand beside the documents
		}
		text, err := fs.ReadFile(folder, path)
		sources = append(sources, &ast.Source{Name: path, Input: string(text)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestSchemaExplainsEveryTypeFieldAndArgument(t *testing.T) {
	t.Parallel()
	for name, definition := range loadSchema(t).Types {
		isRoot := name == "Query" || name == "Mutation" || name == "Subscription"
		if definition.Position.Src.Name == "linked" || definition.BuiltIn {
			continue
		}
		if definition.Description == "" && !isRoot {
			t.Errorf("%s has no description", name)
		}
		for _, value := range definition.EnumValues {
			if value.Description == "" {
				t.Errorf("%s.%s has no description", name, value.Name)
			}
		}
		for _, field := range definition.Fields {
			if field.Description == "" && !strings.HasPrefix(field.Name, "__") {
				t.Errorf("%s.%s has no description", name, field.Name)
			}
			for _, argument := range field.Arguments {
				if argument.Description == "" && !strings.HasPrefix(field.Name, "__") {
					t.Errorf("%s.%s(%s:) has no description", name, field.Name, argument.Name)
				}
			}
		}
	}
}

func TestOnlyKeysThatClientsNeedNotSeeAreHidden(t *testing.T) {
	t.Parallel()
	hidden := map[string]bool{
		"Order.userId": true, "Review.authorId": true, "Review.productSku": true, "Invoice.orderId": true, "Inventory.sku": true,
	}
	for name, definition := range loadSchema(t).Types {
		for _, field := range definition.Fields {
			coordinate := name + "." + field.Name
			if isHidden := field.Directives.ForName("inaccessible") != nil; isHidden != hidden[coordinate] {
				t.Errorf("%s: hidden is %v", coordinate, isHidden)
			}
		}
	}
}

func TestDocumentNamesTheContractsThatAreThere(t *testing.T) {
	t.Parallel()
	for _, source := range loadSchema(t).SchemaDirectives.ForNames("source") {
		for _, argument := range []string{"grpc", "soap"} {
			settings := source.Arguments.ForName(argument)
			if settings == nil {
				continue
			}
			for _, child := range settings.Value.Children {
				names := child.Value.Children
				switch child.Name {
				case "proto":
					contractFile(t, names[0].Value.Raw)
				case "wsdl":
					contractFile(t, child.Value.Raw)
				}
			}
		}
	}
}

func TestPreparedQueriesAreValidAndRunAsTheyAre(t *testing.T) {
	t.Parallel()
	schema := loadSchema(t)
	queries, err := shop.Queries()
	if err != nil {
		t.Fatal(err)
	}
	if len(queries) < 12 {
		t.Errorf("only %d queries", len(queries))
	}
	for _, query := range queries {
		document, invalid := gqlparser.LoadQueryWithRules(schema, query.Text, rules.NewDefaultRules())
		if len(invalid) > 0 {
			t.Errorf("%s: %v", query.Name, invalid)
			continue
		}
		if !strings.HasPrefix(query.Text, "# "+query.Title+"\n#\n# ") || len(query.Title) < 2 || len(query.Title) > 20 {
			t.Errorf("%s: no comment with a title says what to look at: %q", query.Name, query.Title)
		}
		if len(document.Operations) != 1 {
			t.Errorf("%s: %d operations", query.Name, len(document.Operations))
		}
		for _, variable := range document.Operations[0].VariableDefinitions {
			if variable.Type.NonNull && variable.DefaultValue == nil {
				t.Errorf("%s: $%s has no default", query.Name, variable.Variable)
			}
		}
	}
}
