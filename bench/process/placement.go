package process

import (
	"fmt"
	"os/exec"
	"runtime"
)

// Placement says which cores commands get.
type Placement string

// The placements.
const (
	// Pin gives the gateway core 0 alone; the upstream and the load share the rest.
	Pin Placement = "pin"
	// Free lets the kernel place everything.
	Free Placement = "free"
)

// ParsePlacement reads a placement. One that this machine cannot do is an error.
func ParsePlacement(text string) (Placement, error) {
	switch p := Placement(text); p {
	case Free:
		return p, nil
	case Pin:
		if runtime.NumCPU() == 1 {
			return "", fmt.Errorf("the placement %q needs two cores and this machine has one: use %q", Pin, Free)
		}
		if _, err := exec.LookPath("taskset"); err != nil {
			return "", fmt.Errorf("the placement %q needs taskset: install it, or use %q: %w", Pin, Free, err)
		}
		return p, nil
	default:
		return "", fmt.Errorf("expected the placement %q or %q but got %q", Pin, Free, text)
	}
}

// Gateway returns the command that runs args where the gateway belongs.
func (p Placement) Gateway(args ...string) []string { return p.on("0", args) }

// Others returns the command that runs args where everything else belongs.
func (p Placement) Others(args ...string) []string {
	return p.on(fmt.Sprintf("1-%d", runtime.NumCPU()-1), args)
}

func (p Placement) on(cores string, args []string) []string {
	if p != Pin {
		return args
	}
	return append([]string{"taskset", "-c", cores}, args...)
}
