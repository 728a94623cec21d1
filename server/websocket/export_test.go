package websocket

// Rewrite reads a message and writes it again.
func Rewrite(text []byte) ([]byte, error) {
	m, err := readMessage(text, 1000)
	if err != nil {
		return nil, err
	}
	var payload []byte
	if !isNothing(m.payload) {
		payload = m.payload.AppendJSON(nil)
	}
	return appendMessage(nil, m.kind, m.id, payload), nil
}
