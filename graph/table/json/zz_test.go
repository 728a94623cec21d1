package json

import "testing"
import "strings"

func BenchmarkZString(b *testing.B) {
	src := []byte(`"quia et suscipit\nsuscipit recusandae consequuntur expedita et cum\nreprehenderit molestiae ut ut quas totam\nnostrum rerum est autem sunt rem eveniet architecto"` + strings.Repeat(" ", 20))
	for b.Loop() {
		if stringEnd(src, 0) < 0 {
			b.Fatal()
		}
	}
}
func BenchmarkZShort(b *testing.B) {
	src := []byte(`"Kulas Light", "suite": "Apt. 5"` + strings.Repeat(" ", 20))
	for b.Loop() {
		if stringEnd(src, 0) < 0 {
			b.Fatal()
		}
	}
}
