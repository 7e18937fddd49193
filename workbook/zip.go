package workbook

import (
	"archive/zip"
	"bytes"
	"io"
	"maps"
	"slices"

	"github.com/xuri/excelize/v2"
)

// sortedZip is an archive whose parts are in the order of their names: the
// library writes them in any, and the same answer is to give the same bytes.
type sortedZip struct {
	*zip.Writer
	parts map[string]*bytes.Buffer
}

func newSortedZip(to io.Writer) excelize.ZipWriter {
	return &sortedZip{Writer: zip.NewWriter(to), parts: map[string]*bytes.Buffer{}}
}

// Create begins a part, which is kept until the archive is closed.
func (z *sortedZip) Create(name string) (io.Writer, error) {
	z.parts[name] = &bytes.Buffer{}
	return z.parts[name], nil
}

// Close writes the parts and ends the archive.
func (z *sortedZip) Close() error {
	for _, name := range slices.Sorted(maps.Keys(z.parts)) {
		part, err := z.Writer.Create(name)
		if err != nil {
			return err
		}
		if _, err := z.parts[name].WriteTo(part); err != nil {
			return err
		}
	}
	return z.Writer.Close()
}
