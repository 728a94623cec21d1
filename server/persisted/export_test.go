package persisted

// Len returns about how many texts are kept.
func (t *Texts) Len() int { return t.cache.EstimatedSize() }

// CleanUp does what is left to do of keeping the bounds, which otherwise happens soon after a text is put.
func (t *Texts) CleanUp() { t.cache.CleanUp() }
