package attachments

import (
	"bytes"
	"compress/zlib"
	"io"
)

// inflater unpacks deflated data (RFC 1950), again and again with the same memory.
type inflater struct {
	unpack io.ReadCloser
	out    bytes.Buffer
}

// some unpacks at most as many bytes as a limit, of damaged data as much as can
// be read; nothing of what is not deflated. The result is good until the next.
func (i *inflater) some(packed []byte, limit int) []byte {
	if len(packed) < 2 || packed[0]&0x0f != 8 || (int(packed[0])<<8+int(packed[1]))%31 != 0 {
		return nil
	}
	from := bytes.NewReader(packed)
	var err error
	if again, ok := i.unpack.(zlib.Resetter); ok {
		err = again.Reset(from, nil)
	} else {
		i.unpack, err = zlib.NewReader(from)
	}
	if err != nil {
		i.unpack = nil
		return nil
	}
	i.out.Reset()
	_, _ = io.Copy(&i.out, io.LimitReader(i.unpack, int64(limit))) // what could be read counts
	return i.out.Bytes()
}
