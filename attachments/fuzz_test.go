package attachments

import (
	"runtime"
	"strings"
	"testing"

	"github.com/rapporteur/rapporteur"
)

// maxAllocated is how much looking at one file may allocate in all: what a
// document may unpack to, and buffers that grow.
const maxAllocated = 512 << 20

// FuzzInspect holds that no file makes the inspector panic, answer with anything
// but a problem, repeat the name, or take memory without bound; and that what is
// taken is of a kind that is.
func FuzzInspect(f *testing.F) {
	for name, content := range whole() {
		f.Add(name, "", content)
		f.Add(name, "application/octet-stream", truncated(content))
	}
	f.Add("script.pdf", "", pdfOf(stream("/Type/ObjStm/Filter/FlateDecode", deflated("1 0 <</S/JavaScript>>"))))
	f.Add("place.jpg", "image/jpeg", jpegOf(2, 2, segmentOf(0xe1, exifOf(1, 2)), segmentOf(0xfe, "note")))
	f.Add("place.png", "image/png", pngOf(2, 2, chunkOf("eXIf", exifOf(2)), chunkOf("zTXt", "Raw profile type exif\x00\x00"+deflated("\nexif\n 2\n4578\n")), chunkOf("iTXt", "a\x00\x01\x00\x00\x00"+deflated("b"))))
	f.Add("macros.docx", "", docxOf(map[string]string{"word/vbaProject.bin": "x"}))
	f.Add("field.docx", "", field(`<w:fldSimple w:instr="DDE"/><w:fldChar/><w:instrText>LINK</w:instrText>`))
	f.Add("link.docx", "", docxOf(relating("hyperlink", "https://un.org", `TargetMode="External"`)))
	f.Add("picture.docx", "", docxOf(map[string]string{"word/media/image1.png": string(pngOf(1, 1))}))
	f.Add("a\u202eb/c", "text/html", []byte("<html>"))
	f.Fuzz(func(t *testing.T, name, declared string, content []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		kept, media, err := inspect(name, declared, content)
		runtime.ReadMemStats(&after)
		if taken := after.TotalAlloc - before.TotalAlloc; taken > maxAllocated {
			t.Errorf("looking at %d bytes took %d", len(content), taken)
		}
		if err != nil {
			known := false
			for _, kind := range []rapporteur.ProblemKind{invalid, rapporteur.ProblemUnsupported, rapporteur.ProblemMalformed, rapporteur.ProblemTooLarge} {
				known = known || rapporteur.IsProblem(err, kind)
			}
			if !known {
				t.Errorf("the error is %v", err)
			}
			if len(name) > 20 && strings.Contains(err.Error(), name) {
				t.Errorf("the error repeats the name: %v", err)
			}
			return
		}
		k, err := kindOf(content)
		if err != nil || k.media != media || kept == "" {
			t.Errorf("kept as %q, of the kind %s, %v", kept, media, err)
		}
	})
}

// FuzzOpenBlob holds that whatever lies in a bucket, reading it ends, and gives no
// more than is there.
func FuzzOpenBlob(f *testing.F) {
	b := newBucket(f, nil)
	f.Add([]byte{})
	f.Add([]byte("\x01\x00\x00\x00\x02ab"))
	f.Add([]byte("\x00\x00\x00\x00\x02ab\x01\x00\x00\x00\x00"))
	f.Add([]byte("\x00\xff\xff\xff\xffab"))
	f.Fuzz(func(t *testing.T, stored []byte) {
		if err := b.bucket.WriteAll(t.Context(), "x", stored, nil); err != nil {
			t.Fatal(err)
		}
		content, _ := readAll(t, b, "x")
		if len(content) > len(stored) {
			t.Errorf("%d bytes were read of %d", len(content), len(stored))
		}
	})
}
