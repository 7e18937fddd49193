//go:build !unix

package needs

import (
	"fmt"
	"os"
	"os/exec"
)

// account exists so that the package builds everywhere; only Unix switches users.
type account struct{}

func serverUser() (account, error) { return account{}, nil }

func (account) makeFolder() (string, error) {
	dir, err := os.MkdirTemp("", "rapporteur-postgresql-")
	if err != nil {
		return "", fmt.Errorf("cannot make server's folder: %w", err)
	}
	return dir, nil
}

func (account) own(string) error { return nil }

func (account) apply(*exec.Cmd) {}
