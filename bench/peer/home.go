package peer

import "path/filepath"

// Home is where peers come from and where what they fetch and print goes.
type Home struct {
	// Dir is the folder of peers.json.
	Dir string
	// Cache is a folder outside of the repository.
	Cache string
}

// Log returns the file for what a process prints.
func (h Home) Log(name string) string { return filepath.Join(h.Cache, "run", name+".log") }

// command returns args with a first word that is found in Dir.
func (h Home) command(args []string) []string {
	return append([]string{filepath.Join(h.Dir, args[0])}, args[1:]...)
}

func (h Home) env(p Peer) []string {
	env := []string{"BENCH_CACHE=" + h.Cache}
	for name, value := range p.Env {
		env = append(env, name+"="+value)
	}
	return env
}
