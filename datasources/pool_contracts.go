package datasources

import "slices"

// Refetch makes the next Acquire of each source whose contract comes from the network fetch it again. Where that fails the source goes on
// with the contract that it has.
func (p *Pool) Refetch() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, entries := range p.entries {
		for _, e := range entries {
			e.isOld = e.isOld || e.isRemote && e.isReady()
		}
	}
}

// Contracts returns the files that the contracts of the live sources were read from, and those that were looked for, sorted. Those of sources
// that could not be opened are among them: who looks at the files finds out when they may be opened after all.
func (p *Pool) Contracts() []string {
	var all []string
	for _, e := range p.live() {
		all = append(all, e.reads.locations()...)
	}
	p.mu.Lock()
	for _, reads := range p.failed {
		all = append(all, reads.locations()...)
	}
	p.mu.Unlock()
	slices.Sort(all)
	return slices.Compact(all)
}

// ForgetFailures forgets the contracts of sources that could not be opened: nobody wants these any more.
func (p *Pool) ForgetFailures() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.failed)
}

// HaveContractsChanged tells whether a source that is acquired now may read another contract than the live one with the same settings.
func (p *Pool) HaveContractsChanged() bool {
	live := p.live()
	p.mu.Lock()
	isOld := slices.ContainsFunc(live, func(e *entry) bool { return e.isOld })
	p.mu.Unlock()
	return isOld || slices.ContainsFunc(live, func(e *entry) bool { return e.reads.haveChanged() })
}

// live returns the source of each settings that was acquired last, of those that are open.
func (p *Pool) live() []*entry {
	p.mu.Lock()
	defer p.mu.Unlock()
	var live []*entry
	for _, entries := range p.entries {
		if e := entries[len(entries)-1]; e.isReady() && e.err == nil {
			live = append(live, e)
		}
	}
	return live
}

// joinOld counts the caller in at an entry whose contract could not be fetched again; nil when there is none.
func (p *Pool) joinOld(key string) *entry {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range slices.Backward(p.entries[key]) {
		if e.isOld {
			e.refs++
			return e
		}
	}
	return nil
}
