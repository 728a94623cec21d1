package system

import (
	"time"

	"github.com/weftgraph/weft/datasources"
	"github.com/weftgraph/weft/datasources/traffic"
	"github.com/weftgraph/weft/graph/model"
	"github.com/weftgraph/weft/graph/sdl"
)

// sources describes all sources, or the one with the given name, without any of their settings: those may hold secrets.
func (s Serving) sources(name *string) []*model.Source {
	g := s.Generation.Graph()
	described := []*model.Source{}
	for i := range g.Sources {
		source := &g.Sources[i]
		if source.ID == 0 || name != nil && source.Settings.Name != *name {
			continue // index 0 is no source
		}
		described = append(described, s.source(g, source))
	}
	return described
}

func (s Serving) source(g *sdl.Graph, source *sdl.Source) *model.Source {
	status := s.Sources.Status(source.ID)
	described := &model.Source{
		Name:         source.Settings.Name,
		Document:     source.Document.Name,
		Kind:         kind(source.Settings.Kind),
		ErrorsByCode: []*model.CodeCount{},
	}
	if status.Origin != "" {
		described.Origin = &status.Origin
	}
	known := map[string]traffic.Counts{}
	if status.Traffic != nil {
		report := status.Traffic.Report()
		describeReport(described, report)
		for _, c := range report.Connectors {
			known[c.Coordinate] = c.Counts
		}
	}
	described.Connectors = connectors(g, source.ID, known)
	return described
}

func describeReport(s *model.Source, r traffic.SourceReport) {
	state := state(r.State)
	s.State, s.Since = &state, &r.Since
	s.Calls, s.Errors, s.ErrorsByCode = int64(r.Calls), int64(r.Errors), codes(r.Codes)
	s.Canceled, s.Unsent, s.Bytes = int64(r.Canceled), int64(r.Unsent), int64(r.Bytes)
	s.InFlight, s.Waiting = r.InFlight, r.Waiting
	s.Latency, s.Waits = latency(r.Latency), latency(r.Waits)
	if !r.LastSuccess.IsZero() {
		s.LastSuccessAt = &r.LastSuccess
	}
	if r.LastError.Code != "" {
		s.LastError = &model.LastError{Code: r.LastError.Code, At: r.LastError.At}
	}
}

// connectors describes the connectors of a source, with what is known of them by coordinate.
func connectors(g *sdl.Graph, source sdl.SourceID, known map[string]traffic.Counts) []*model.Connector {
	described := []*model.Connector{}
	for i := range g.Connectors {
		c := &g.Connectors[i]
		if c.ID == 0 || c.Source != source {
			continue
		}
		n := known[c.Call.Coordinate]
		one := &model.Connector{
			Coordinate: c.Call.Coordinate,
			Calls:      int64(n.Calls), Errors: int64(n.Errors), ErrorsByCode: codes(n.Codes),
			Canceled: int64(n.Canceled), Unsent: int64(n.Unsent), Bytes: int64(n.Bytes),
			InFlight: n.InFlight, Waiting: n.Waiting,
			Latency: latency(n.Latency),
		}
		if c.Call.Kind() != datasources.Virtual {
			one.Request = c.Request
		}
		described = append(described, one)
	}
	return described
}

// trafficOf returns the statistics of the source with that name, or nil.
func (s Serving) trafficOf(name string) *traffic.Source {
	for _, source := range s.Generation.Graph().Sources {
		if source.ID != 0 && source.Settings.Name == name {
			return s.Sources.Status(source.ID).Traffic
		}
	}
	return nil
}

func codes(counts []traffic.CodeCount) []*model.CodeCount {
	described := make([]*model.CodeCount, len(counts))
	for i, c := range counts {
		described[i] = &model.CodeCount{Code: c.Code, Count: int64(c.Count)}
	}
	return described
}

func latency(l traffic.Latency) *model.Latency {
	if l.Count == 0 {
		return nil
	}
	return &model.Latency{
		Count: int64(l.Count),
		Mean:  milliseconds(l.Mean),
		P50:   milliseconds(l.P50),
		P95:   milliseconds(l.P95),
		P99:   milliseconds(l.P99),
		Max:   milliseconds(l.Max),
	}
}

func describeHistory(h traffic.History) *model.History {
	described := &model.History{
		From:   h.From,
		Counts: h.Counts,
		Errors: h.Errors,
		Mean:   make([]float64, len(h.Mean)),
		Max:    make([]float64, len(h.Max)),
	}
	for i := range h.Mean {
		described.Mean[i], described.Max[i] = milliseconds(h.Mean[i]), milliseconds(h.Max[i])
	}
	return described
}

// milliseconds keeps microseconds as the fraction.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func kind(k datasources.Kind) model.SourceKind {
	switch k {
	case datasources.HTTP:
		return model.SourceKindHTTP
	case datasources.GRPC:
		return model.SourceKindGrpc
	case datasources.SOAP:
		return model.SourceKindSoap
	case datasources.Go:
		return model.SourceKindGo
	default:
		return model.SourceKindVirtual
	}
}

func state(s traffic.State) model.SourceState {
	switch s {
	case traffic.OK:
		return model.SourceStateOk
	case traffic.Failing:
		return model.SourceStateFailing
	default:
		return model.SourceStateUnused
	}
}
