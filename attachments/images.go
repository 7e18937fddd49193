package attachments

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	_ "image/jpeg" // the format is known to DecodeConfig
	_ "image/png"  // the same
	"iter"
)

// Limits of a picture: what a scanner makes of a page of any size, and no more
// than a reader can hold.
const (
	maxSide   = 20_000
	maxPixels = 100_000_000
	maxChunks = 50_000 // of a PNG
)

// checkSize looks at the head of a picture only; no pixel is decoded.
func checkSize(content []byte, format string) error {
	config, found, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil || found != format {
		return damaged("The picture's head cannot be read.")
	}
	if config.Width < 1 || config.Height < 1 || config.Width > maxSide || config.Height > maxSide || config.Width*config.Height > maxPixels {
		return refused("The picture is too large", "It has at most %d pixels on a side and %d million in all.", maxSide, maxPixels/1_000_000)
	}
	return nil
}

const pngHead = "\x89PNG\r\n\x1a\n"

// chunk is a chunk of a PNG (ISO/IEC 15948), which has a checksum.
type chunk struct {
	name  string
	body  []byte
	sound bool
	rest  []byte // what follows
}

// pngChunks goes through the chunks of a PNG as far as they are whole.
func pngChunks(content []byte) iter.Seq[chunk] {
	return func(yield func(chunk) bool) {
		if !bytes.HasPrefix(content, []byte(pngHead)) {
			return
		}
		for rest := content[len(pngHead):]; len(rest) >= 12; {
			size := binary.BigEndian.Uint32(rest)
			if uint64(size)+12 > uint64(len(rest)) {
				return
			}
			c := chunk{name: string(rest[4:8]), body: rest[8 : 8+size]}
			c.sound = crc32.ChecksumIEEE(rest[4:8+size]) == binary.BigEndian.Uint32(rest[8+size:])
			rest = rest[12+size:]
			c.rest = rest
			if !yield(c) {
				return
			}
		}
	}
}

// checkPNG makes sure that each chunk of a PNG is whole, that there is a picture
// among them, and that nothing follows the last.
func checkPNG(content []byte) error {
	if err := checkSize(content, "png"); err != nil {
		return err
	}
	drawn, chunks := false, 0
	for c := range pngChunks(content) {
		chunks++
		drawn = drawn || c.name == "IDAT"
		switch {
		case !c.sound:
			return damaged("A checksum of the picture is wrong.")
		case chunks > maxChunks:
			return refused("The picture has too many parts", "It has more than %d.", maxChunks)
		case c.name == "IEND" && len(c.rest) > 0:
			return refused("The file is two files in one", "Something follows the end of the picture. Save it anew.")
		case c.name == "IEND" && drawn:
			if pngShowsPosition(content) {
				return positionFound()
			}
			return nil
		}
	}
	return damaged("The picture has no end.")
}

// pngShowsPosition reports whether a PNG says where it was taken.
func pngShowsPosition(content []byte) bool {
	var unpack inflater
	chunks := 0
	for c := range pngChunks(content) {
		chunks++
		if chunks > maxChunks || chunkShowsPosition(c.name, c.body, &unpack) {
			return true
		}
	}
	return false
}

// checkJPEG goes through the segments of a JPEG (ISO/IEC 10918-1) to its end mark,
// which nothing may follow.
func checkJPEG(content []byte) error {
	if err := checkSize(content, "jpeg"); err != nil {
		return err
	}
	drawn := false
	for rest := content[2:]; len(rest) >= 2; {
		if rest[0] != 0xff {
			// Within a scan: its next marker, but for stuffed and restart ones.
			at := bytes.IndexByte(rest, 0xff)
			if at < 0 || !drawn {
				break
			}
			rest = rest[at:]
			continue
		}
		marker := rest[1]
		switch {
		case marker == 0xff:
			rest = rest[1:] // a fill byte
			continue
		case marker == 0x00 || marker == 0x01 || marker >= 0xd0 && marker <= 0xd7:
			rest = rest[2:]
			continue
		case marker == 0xd9 && drawn:
			if len(bytes.Trim(rest[2:], "\x00\n\r")) > 0 {
				return refused("The file is two files in one", "Something follows the end of the picture, as cameras put previews or depth there. Save it anew.")
			}
			return nil
		}
		if len(rest) < 4 {
			break
		}
		size := int(binary.BigEndian.Uint16(rest[2:]))
		if size < 2 || 2+size > len(rest) {
			break
		}
		drawn = drawn || marker == 0xda
		if isMetadata(marker) && looksActive(rest[4:2+size]) {
			return refused("The file is two files in one", "A note in the picture is a web page. Save it anew.")
		}
		rest = rest[2+size:]
	}
	return damaged("The picture has no end.")
}

// isMetadata reports whether a segment holds what is not the picture: an
// application's own or a comment.
func isMetadata(marker byte) bool { return marker >= 0xe0 && marker <= 0xef || marker == 0xfe }

// looksActive reports whether a note in a picture reads as a page or a program.
func looksActive(note []byte) bool {
	note = bytes.ToLower(note)
	for _, mark := range []string{"<script", "<html", "<?php", "<svg", "<iframe", "javascript:"} {
		if bytes.Contains(note, []byte(mark)) {
			return true
		}
	}
	return false
}
