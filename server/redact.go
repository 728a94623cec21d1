package server

import "github.com/vektah/gqlparser/v2/gqlerror"

// redactedMessage is the message of every error that is kept from clients (Connectors specification 4.4).
const redactedMessage = "Subgraph errors redacted"

// redact replaces the errors of documents whose errors are hidden: of those only the path is left.
func (o *operations) redact(errs gqlerror.List) gqlerror.List {
	if o.hides == nil {
		return errs
	}
	for i, err := range errs {
		if service, ok := err.Extensions["service"].(string); ok && o.hides(service) {
			errs[i] = &gqlerror.Error{Message: redactedMessage, Path: err.Path, Locations: err.Locations}
		}
	}
	return errs
}
