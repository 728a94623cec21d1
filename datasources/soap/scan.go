package soap

import (
	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/response"
	"github.com/weftgraph/weft/datasources/soap/message"
	"github.com/weftgraph/weft/graph/mapping"
	"github.com/weftgraph/weft/graph/table"
	"github.com/weftgraph/weft/graph/value"
)

// compileScan returns the scan of a selection that only picks, and nil when replies have to be evaluated.
func compileScan(s *response.Selection, p *message.Program, want *table.Shape, isCall bool) *message.Scan {
	tree := s.Tree(want)
	if tree == nil {
		return nil
	}
	return message.CompileScan(p, tree, isCall)
}

// scanned fills the table from the reply as it is read, if it is a success that can be scanned. It is false for all others, which are
// read again and evaluated, so that what is wrong with them is told in one place; the builder is empty again then. Where problems of mappings
// are asked for, the selection has to be evaluated in any case.
func (f *fetcher) scanned(r *datasources.Reply, env *mapping.Env, dst *table.Builder) (bool, error) {
	if f.scan == nil || message.MayRefer(r.Body) || env.Problems != nil || !isGoodStatus(r) && !f.judge.Decides() {
		return false, nil
	}
	c, err := f.reply.read(r, bodyReader{scan: f.scan, dst: dst})
	isSuccess := err == nil && c.isScanned && !c.isForOther(r)
	if isSuccess && f.judge.Decides() {
		f.vars.AddReply(env, blocksField, c.blocks)
		if isSuccess = f.judge.IsSuccess(value.Null(), env); !isSuccess {
			f.vars.BindReply(env, r) // without the header blocks, which are added again
		}
	}
	if !isSuccess {
		dst.Reset(dst.Shape(), dst.Reply())
		return false, nil
	}
	return true, f.selection.CheckScanned(dst.Finish())
}
