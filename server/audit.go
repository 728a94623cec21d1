package server

import (
	"go.uber.org/zap"

	"github.com/weftgraph/weft/graph/diag"
	"github.com/weftgraph/weft/server/auditlog"
)

// The audit log outlives generations: operations that have begun with one end with the next, and their lines are in one order. So there is
// one for the life of the gateway, from when the first definition asks for it, and it changes its settings.

// checkAudit reports that the audit log of a definition cannot be opened.
func checkAudit(d Definition, diags *diag.List) {
	if !d.Config.Audit.Enabled {
		return
	}
	if err := auditlog.Check(d.Config.Audit); err != nil {
		diags.Errorf(codeGateway, diag.Span{}, "%v", err)
	}
}

// adoptAudit has the audit log be as the settings say which hold from now on. Handlers are configured afterwards.
func (g *Gateway) adoptAudit(s auditlog.Settings) error {
	switch {
	case !s.Enabled:
		return nil // operations that have begun still have a line
	case g.audit != nil:
		return g.audit.Configure(s)
	}
	log, err := auditlog.Open(s)
	if err != nil {
		return err
	}
	log.SetReport(g.reporter())
	g.audit = log
	return nil
}

// reporter is who is told that the audit log cannot be written: whoever has the log of the first handler.
func (g *Gateway) reporter() *zap.Logger {
	for _, h := range g.handlers {
		if h.log != nil {
			return h.log
		}
	}
	return zap.NewNop()
}

// auditing returns the audit log if operations are recorded now.
func (g *Gateway) auditing() *auditlog.Log {
	if !g.config().Audit.Enabled {
		return nil
	}
	return g.audit
}

// closeAudit writes the last lines.
func (g *Gateway) closeAudit() {
	if g.audit == nil {
		return
	}
	if err := g.audit.Close(); err != nil {
		g.reporter().Error("audit log", zap.Error(err))
	}
}
