package attachments

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/blob/memblob"
	"gocloud.dev/blob/s3blob"

	"github.com/rapporteur/rapporteur"
)

// Open opens the place of the blobs at a URL: file:PATH for a folder, which is
// made where it is missing; s3://BUCKET?region=… for an S3-compatible service,
// with the credentials and settings of the environment as the AWS SDK takes them,
// and ?endpoint=https://…&use_path_style=true for others than Amazon's; mem: for
// this process only. Errors never repeat the URL.
func Open(ctx context.Context, at string, vault rapporteur.Vault) (*Bucket, error) {
	bucket, err := openBucket(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("cannot open attachments: %w", err)
	}
	b := New(bucket, vault)
	if folder, ok := strings.CutPrefix(at, "file:"); ok {
		b.folder = strings.TrimPrefix(folder, "//")
	}
	return b, nil
}

func openBucket(ctx context.Context, at string) (*blob.Bucket, error) {
	scheme, rest, _ := strings.Cut(at, ":")
	switch scheme {
	case "file":
		path := strings.TrimPrefix(rest, "//")
		if path == "" {
			return nil, errors.New("file: wants a path, file:attachments")
		}
		// Nobody else may look into the folder, and what is half written lies in
		// it, not in a folder for all.
		return fileblob.OpenBucket(path, &fileblob.Options{
			CreateDir: true, DirFileMode: 0o700, NoTempDir: true, Metadata: fileblob.MetadataDontWrite,
		})
	case "mem":
		return memblob.OpenBucket(nil), nil
	case s3blob.Scheme:
		u, err := url.Parse(at)
		if err != nil || u.Host == "" {
			return nil, errors.New("s3: wants a bucket, s3://BUCKET?region=REGION")
		}
		bucket, err := new(s3blob.URLOpener).OpenBucketURL(ctx, u)
		if err != nil {
			return nil, errors.New("s3: the settings cannot be read: want s3://BUCKET with region, endpoint and use_path_style, and credentials in the environment")
		}
		return bucket, nil
	}
	return nil, errors.New("want file:PATH or s3://BUCKET?region=REGION")
}
