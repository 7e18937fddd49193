package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/cmd/internal/remote"
)

type archiveCommand struct {
	Make   archiveMakeCommand   `cmd:"" default:"withargs" help:"Write the archive of a cycle that has ended, over the API."`
	Verify archiveVerifyCommand `cmd:"" help:"Check an archive without a server: exit code 0 where it holds, 1 where anything was changed, left out or added."`
}

type archiveMakeCommand struct {
	server `embed:""`
	Cycle  string `arg:"" help:"{instrument}/{stream}/{period}"`
	Out    string `required:"" help:"ZIP file to write." placeholder:"FILE" type:"path"`
	Whole  bool   `help:"With the answers as they were submitted; for the cycle's lead drafter alone."`
}

// Run writes the archive.
func (c archiveMakeCommand) Run(ctx context.Context) error {
	client, err := c.client()
	if err != nil {
		return err
	}
	path := "/v1/cycles/" + c.Cycle + "/archive"
	if c.Whole {
		path += "?whole=true"
	}
	return save(ctx, client, remote.Call{Method: http.MethodGet, Path: path}, c.Out)
}

type archiveVerifyCommand struct {
	publicKeys `embed:""`
	Archive    string `arg:"" type:"existingfile" help:"The archive."`
}

var errArchive = errors.New("the archive does not hold")

// Run checks the archive and says what it found.
func (c archiveVerifyCommand) Run(out io.Writer) error {
	keys, err := c.read()
	if err != nil {
		return err
	}
	files, err := unpack(c.Archive)
	if err != nil {
		return err
	}
	verdict := rapporteur.VerifyArchive(files, keys)
	if _, err := io.WriteString(out, verdict.Summary()); err != nil {
		return err
	}
	if !verdict.Holds() {
		return errArchive
	}
	return nil
}

// maxUnpacked is how many bytes the files of an archive may have together.
const maxUnpacked = 2 << 30

// unpack reads the files of an archive. An archive that has two files of one
// name is none: programs would differ on which to read.
func unpack(file string) (map[string][]byte, error) {
	archive, err := zip.OpenReader(file)
	if err != nil {
		return nil, fmt.Errorf("cannot read archive: %w", err)
	}
	defer func() { _ = archive.Close() }()
	files, left := map[string][]byte{}, int64(maxUnpacked)
	for _, part := range archive.File {
		if _, twice := files[part.Name]; twice {
			return nil, fmt.Errorf("cannot read archive: it has %q twice", part.Name)
		}
		content, err := unpackOne(part, left)
		if err != nil {
			return nil, fmt.Errorf("cannot read archive: %w", err)
		}
		files[part.Name], left = content, left-int64(len(content))
	}
	return files, nil
}

func unpackOne(part *zip.File, limit int64) ([]byte, error) {
	from, err := part.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = from.Close() }()
	content, err := io.ReadAll(io.LimitReader(from, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = fmt.Errorf("its files have more than %d bytes", maxUnpacked)
	}
	return content, err
}
