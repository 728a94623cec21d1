package datasources

import "time"

// CallTimeout returns Timeout or its default.
func (s Settings) CallTimeout() time.Duration {
	if s.Timeout <= 0 {
		return DefaultTimeout
	}
	return s.Timeout
}

// ReplyLimit returns MaxReplyBytes or its default.
func (s Settings) ReplyLimit() int64 {
	if s.MaxReplyBytes <= 0 {
		return DefaultMaxReplyBytes
	}
	return s.MaxReplyBytes
}

// ConcurrencyLimit returns MaxConcurrent or its default.
func (s Settings) ConcurrencyLimit() int {
	if s.MaxConcurrent <= 0 {
		return DefaultMaxConcurrent
	}
	return s.MaxConcurrent
}

// StreamLimit returns MaxStreams or its default.
func (s Settings) StreamLimit() int {
	if s.MaxStreams <= 0 {
		return DefaultMaxStreams
	}
	return s.MaxStreams
}
