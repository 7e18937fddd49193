package attachments

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
)

// exifMark begins what a camera writes about a picture (CIPA DC-008) wherever a
// JPEG stands: in a file, in a PDF, in a document.
var exifMark = []byte("Exif\x00\x00")

// maxEntries is how many entries of directories are read in one file. Cameras
// write about a hundred for each picture.
const maxEntries = 200_000

// showsPosition reports whether something has a picture that says where it was
// taken, in Exif or in XMP (ISO 16684-1), or has more than can be looked through.
func showsPosition(content []byte) bool {
	left := maxEntries
	for rest := content; ; {
		at := bytes.Index(rest, exifMark)
		if at < 0 {
			break
		}
		rest = rest[at+len(exifMark):]
		left--
		if left < 0 || tiffShowsPosition(rest, &left) {
			return true
		}
	}
	return bytes.Contains(content, []byte("exif:GPSL")) // GPSLatitude and GPSLongitude
}

// Tags of a TIFF 6.0 directory as Exif uses it.
const (
	tagGPS       = 0x8825 // leads to the directory of the position
	tagLatitude  = 2
	tagLongitude = 4
)

// tiffShowsPosition reads the first directory of a TIFF and the one of the
// position that it leads to, until nothing is left of how many entries may be
// read; then it says yes.
func tiffShowsPosition(tiff []byte, left *int) bool {
	if len(tiff) < 8 {
		return false
	}
	var order binary.ByteOrder
	switch string(tiff[:2]) {
	case "II":
		order = binary.LittleEndian
	case "MM":
		order = binary.BigEndian
	default:
		return false
	}
	return anyEntry(tiff, order, order.Uint32(tiff[4:]), left, func(tag uint16, value uint32) bool {
		return tag == tagGPS && anyEntry(tiff, order, value, left, func(tag uint16, _ uint32) bool {
			return tag == tagLatitude || tag == tagLongitude
		})
	})
}

// anyEntry reports whether an entry of a directory is one that is looked for, or
// whether too many were read.
func anyEntry(tiff []byte, order binary.ByteOrder, at uint32, left *int, is func(tag uint16, value uint32) bool) bool {
	if uint64(at)+2 > uint64(len(tiff)) {
		return false
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return false
		}
		*left--
		if *left < 0 || is(order.Uint16(entries), order.Uint32(entries[8:])) {
			return true
		}
		entries = entries[12:]
	}
	return false
}

// maxNote is how much of a packed note in a picture is unpacked.
const maxNote = 256 << 10

// chunkShowsPosition looks at a chunk of a PNG that is not the picture: Exif, or a
// text, which may be packed, and may be Exif as some programs write it: in
// hexadecimal.
func chunkShowsPosition(name string, body []byte, unpack *inflater) bool {
	left := maxEntries
	switch name {
	case "eXIf":
		return tiffShowsPosition(body, &left)
	case "tEXt", "zTXt", "iTXt":
	default:
		return false
	}
	key, text, _ := bytes.Cut(body, []byte{0})
	if bytes.Contains(bytes.ToUpper(key), []byte("GPS")) {
		return true
	}
	if name != "tEXt" {
		// Behind the key stand flags, and in an iTXt texts of their own, before
		// what is packed.
		for n := range min(len(text), 100) {
			if unpacked := unpack.some(text[n:], maxNote); len(unpacked) > 0 {
				text = unpacked
				break
			}
		}
	}
	if bytes.HasPrefix(key, []byte("Raw profile type")) {
		text = unhexed(text)
		return showsPosition(text) || tiffShowsPosition(text, &left)
	}
	return showsPosition(text)
}

// unhexed reads what ImageMagick writes: a name and a length in lines of their
// own, and then hexadecimal digits in lines.
func unhexed(text []byte) []byte {
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	digits := bytes.Join(lines[min(2, len(lines)):], nil)
	raw := make([]byte, len(digits)/2)
	n, _ := hex.Decode(raw, digits[:2*len(raw)]) // as far as there are digits
	return raw[:n]
}
