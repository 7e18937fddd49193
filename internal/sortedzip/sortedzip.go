// Package sortedzip writes archives whose parts are in the order of their
// names. Libraries for Office Open XML write them in any order, and the same
// document is to have the same bytes.
package sortedzip

import (
	"archive/zip"
	"bytes"
	"io"
	"maps"
	"slices"
)

// Writer collects the parts of an archive and writes them when it is closed.
type Writer struct {
	*zip.Writer
	parts map[string]*bytes.Buffer
}

// New begins an archive.
func New(to io.Writer) *Writer {
	return &Writer{Writer: zip.NewWriter(to), parts: map[string]*bytes.Buffer{}}
}

// Create begins a part, which is kept until the archive is closed.
func (w *Writer) Create(name string) (io.Writer, error) {
	w.parts[name] = &bytes.Buffer{}
	return w.parts[name], nil
}

// Close writes the parts and ends the archive.
func (w *Writer) Close() error {
	for _, name := range slices.Sorted(maps.Keys(w.parts)) {
		part, err := w.Writer.Create(name)
		if err != nil {
			return err
		}
		if _, err := w.parts[name].WriteTo(part); err != nil {
			return err
		}
	}
	return w.Writer.Close()
}
