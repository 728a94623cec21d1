package upstream

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/valyala/fasthttp"
)

// The door that the harness uses. What goes through it is never counted.
const (
	controlPrefix = "/__bench/"
	statsPath     = controlPrefix + "stats"
	resetPath     = controlPrefix + "reset"
	latencyPath   = controlPrefix + "latency"
	addressesPath = controlPrefix + "addresses"
	valueKey      = "value"
)

// control serves the door, and hands everything else on.
func (r *Running) control(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		if !bytes.HasPrefix(ctx.Path(), []byte(controlPrefix)) {
			next(ctx)
			return
		}
		switch string(ctx.Path()) {
		case statsPath:
			tell(ctx, r.meter.Stats())
		case addressesPath:
			tell(ctx, r.addresses)
		case resetPath:
			r.meter.Reset()
		case latencyPath:
			d, err := time.ParseDuration(string(ctx.QueryArgs().Peek(valueKey)))
			if err != nil {
				ctx.Error(fmt.Sprintf("expected a duration like %s=20ms: %v", valueKey, err), fasthttp.StatusBadRequest)
				return
			}
			r.meter.SetLatency(d)
		default:
			notFound(ctx)
		}
	}
}

func tell(ctx *fasthttp.RequestCtx, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		ctx.Error(err.Error(), fasthttp.StatusInternalServerError)
		return
	}
	ctx.SetContentType("application/json")
	ctx.SetBody(text)
}
