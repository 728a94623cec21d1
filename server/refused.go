package server

import (
	"slices"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/server/auditlog"
)

// countRefused counts something that is not executed, if it is refused for who asks or how much. What that is goes by the codes of the
// errors, as in the audit log, and not by the status: batches, WebSockets and clients of plain JSON get others or none.
func (o *operations) countRefused(errs gqlerror.List) {
	if len(errs) == 0 {
		return
	}
	why := errs[0]
	if at := slices.IndexFunc(errs, func(err *gqlerror.Error) bool { return isDenial(codeOf(err)) }); at >= 0 {
		why = errs[at]
	}
	switch decisionOf(codeOf(why)) {
	case auditlog.RateLimited:
		o.requests.Refuse(traffic.RateLimited)
	case auditlog.Unauthenticated:
		o.requests.Refuse(traffic.Unauthenticated)
	case auditlog.Denied:
		o.requests.Refuse(traffic.Denied)
	}
}
