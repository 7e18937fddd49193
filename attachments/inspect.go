package attachments

import (
	"archive/zip"
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"github.com/rapporteur/rapporteur"
)

// Inspector looks at files. It keeps nothing and may be used at once by many.
type Inspector struct{}

var _ rapporteur.FileInspector = Inspector{}

// kind is a kind of file that is taken.
type kind struct {
	media string
	name  string   // as a person calls it
	ends  []string // how names end, the first where a name has no ending
	check func(content []byte) error
}

var kinds = []kind{
	{rapporteur.MediaPDF, "PDF", []string{".pdf"}, checkPDF},
	{rapporteur.MediaDOCX, "Word document (.docx)", []string{".docx"}, checkDOCX},
	{rapporteur.MediaPNG, "PNG image", []string{".png"}, checkPNG},
	{rapporteur.MediaJPEG, "JPEG image", []string{".jpg", ".jpeg"}, checkJPEG},
}

// sniffed is how much of a file the sniffer looks at.
const sniffed = 3 << 10

// Inspect says what a file is and under which name it can be kept; see
// rapporteur.FileInspector. The kind is found by the content alone.
func (Inspector) Inspect(f rapporteur.IncomingFile) (name, media string, err error) {
	switch {
	case len(f.Content) == 0:
		return "", "", refused("The file is empty", "It has no bytes.")
	case len(f.Content) > rapporteur.MaxAttachedFile:
		return "", "", rapporteur.Problemf(rapporteur.ProblemTooLarge, "The file is too large", "A file has at most %d MiB.", rapporteur.MaxAttachedFile>>20)
	}
	k, err := kindOf(f.Content)
	if err != nil {
		return "", "", err
	}
	if declared, _, _ := strings.Cut(strings.ToLower(f.Declared), ";"); declared != "" {
		if declared = strings.TrimSpace(declared); declared != "application/octet-stream" && declared != k.media {
			return "", "", refused("The file is not what it is said to be", "The content is a %s; it came with another media type.", k.name)
		}
	}
	if name, err = cleanName(f.Name, k); err != nil {
		return "", "", err
	}
	if err := k.check(f.Content); err != nil {
		return "", "", err
	}
	if k.media != rapporteur.MediaDOCX && isArchive(f.Content) {
		return "", "", refused("The file is two files in one", "It is a %s and an archive at once. Save it anew.", k.name)
	}
	if showsPosition(f.Content) {
		return "", "", positionFound()
	}
	return name, k.media, nil
}

// kindOf finds the kind of a file by how its content begins.
func kindOf(content []byte) (kind, error) {
	head := content[:min(len(content), sniffed)]
	found := mimetype.Detect(head)
	for _, k := range kinds {
		if found.Is(k.media) {
			return k, nil
		}
	}
	for parent := found; parent != nil; parent = parent.Parent() {
		// The sniffer knows a Word document by the order of its parts; what it
		// is, its own list of contents decides.
		if parent.Is("application/zip") {
			return kinds[slices.IndexFunc(kinds, func(k kind) bool { return k.media == rapporteur.MediaDOCX })], nil
		}
	}
	return kind{}, rapporteur.Problemf(rapporteur.ProblemUnsupported, "No file of this kind is taken",
		"By its content it is neither a PDF, a Word document (.docx), a PNG nor a JPEG image. Nothing was stored; send it as one of these.")
}

// isArchive reports whether something reads as a ZIP archive from its end, which
// is where archives are read from.
func isArchive(content []byte) bool {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	return err == nil && len(archive.File) > 0
}

// refused is the problem of a file that is not taken.
func refused(title, detail string, args ...any) error {
	return rapporteur.Problemf(rapporteur.ProblemInvalid, title, "%s Nothing was stored.", fmt.Sprintf(detail, args...))
}

// damaged is the problem of a file that ends too early or is not well-formed.
func damaged(what string) error {
	return refused("The file is damaged", "%s It may have been cut on its way; send it again, or save it anew.", what)
}

func positionFound() error {
	return refused("A picture says where it was taken",
		"It carries the position (GPS) of the camera, which can lead to a person. Save the picture without its location and send it again.")
}
