//go:build !unix

package pgserver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
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

func kill(int, syscall.Signal) error { return errors.ErrUnsupported }
