//go:build unix

package pgserver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the user that runs the database server: PostgreSQL refuses to run
// as root, and tests in a container often do. The zero account is the caller's
// own user.
type account struct {
	other    bool
	uid, gid int
}

// serverUser returns the caller's own user, or for root an account without rights.
func serverUser() (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(found.Uid)
		gid, gidErr := strconv.Atoi(found.Gid)
		if uidErr == nil && gidErr == nil {
			return account{other: true, uid: uid, gid: gid}, nil
		}
	}
	return account{}, errors.New("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody")
}

// makeFolder makes a folder that belongs to the account and that it can reach:
// not below a test's own temporary folder, which is root's alone.
func (a account) makeFolder() (string, error) {
	parent := os.TempDir()
	if a.other && !open(parent) {
		parent = "/tmp"
	}
	dir, err := os.MkdirTemp(parent, "rapporteur-postgresql-")
	if err != nil {
		return "", fmt.Errorf("cannot make server's folder: %w", err)
	}
	if err := a.own(dir); err != nil {
		_ = os.RemoveAll(dir)
		return "", err
	}
	return dir, nil
}

// own gives the account a file or folder.
func (a account) own(path string) error {
	if !a.other {
		return nil
	}
	if err := os.Chown(path, a.uid, a.gid); err != nil {
		return fmt.Errorf("cannot give server its files: %w", err)
	}
	return nil
}

// apply makes the command run as the account, and in a process group of its
// own: a Ctrl-C at the terminal must reach the server through its guard only,
// after this process has let go of it.
func (a account) apply(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if a.other {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
		cmd.Env = append(os.Environ(), "HOME=/")
	}
}

// open tells whether everybody may pass through the folder and all above it.
func open(dir string) bool {
	for {
		info, err := os.Stat(dir)
		if err != nil || info.Mode().Perm()&0o001 == 0 {
			return false
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return true
		}
		dir = parent
	}
}

// kill sends a signal to a process.
func kill(pid int, signal syscall.Signal) error { return syscall.Kill(pid, signal) }
