package attachments

import (
	"context"
	"fmt"
	"strings"
)

// Check reports whether Open could make sense of a URL, without making a folder
// or asking a service. Errors never repeat the URL.
func Check(at string) error {
	scheme, rest, _ := strings.Cut(at, ":")
	if scheme == "file" && strings.TrimPrefix(rest, "//") != "" {
		return nil
	}
	bucket, err := openBucket(context.Background(), at)
	if err != nil {
		return fmt.Errorf("cannot read place of attachments: %w", err)
	}
	return bucket.Close() // for S3 nothing was asked yet
}
