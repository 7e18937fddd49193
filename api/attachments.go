package api

import (
	"context"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/rapporteur/rapporteur"
	"github.com/rapporteur/rapporteur/access"
)

// Attachment is a file that came with an answer, on the wire, without its content.
type Attachment struct {
	ID         string     `json:"id" doc:"The hash in the letters a to p."`
	Reference  string     `json:"reference" example:"attachment:pkbb…" doc:"How a part of kind document of an answer refers to the file."`
	Name       string     `json:"name" doc:"As the file was called, without what a name must not hold."`
	MediaType  string     `json:"media_type" enum:"application/pdf,application/vnd.openxmlformats-officedocument.wordprocessingml.document,image/png,image/jpeg" doc:"By the content."`
	Size       int        `json:"size" doc:"Bytes."`
	Hash       string     `json:"hash" doc:"SHA-256 of the content, hexadecimal."`
	AttachedAt *time.Time `json:"attached_at,omitempty" doc:"Business time."`
	AttachedBy string     `json:"attached_by"`
	Versions   []int      `json:"versions" doc:"Versions of the answer that refer to the file. While there are any, it stays."`
}

// AttachmentPath names a file that came with an answer.
type AttachmentPath struct {
	RequestPath
	ID string `path:"id" maxLength:"80" doc:"Id of the file."`
}

type attachInput struct {
	RequestPath
	Keyed
	Disposition string `header:"Content-Disposition" maxLength:"2000" example:"attachment; filename*=UTF-8''note%20verbale.pdf" doc:"The file's name as a parameter filename or filename* (RFC 6266)."`
	declared    string
}

// Resolve notes what the file is said to be.
func (in *attachInput) Resolve(ctx huma.Context) []error {
	in.declared = mediaOf(ctx.Header("Content-Type"))
	return nil
}

type attachOutput struct {
	Location string `header:"Location"`
	Body     Attachment
}

type attachmentsOutput struct {
	Body struct {
		Items []Attachment `json:"items"`
	} `nameHint:"AttachmentList"`
}

type contentOutput struct {
	ContentType   string `header:"Content-Type"`
	Disposition   string `header:"Content-Disposition"`
	ContentPolicy string `header:"Content-Security-Policy"`
	ETag          string `header:"ETag"`
	Body          []byte
}

const attachmentsPath = requestPath + "/attachments"

// sandboxed lets a browser do nothing at all with a file, should it show one.
const sandboxed = "sandbox; " + contentPolicy

func (s *service) registerAttachments() {
	const octets = "application/octet-stream"
	register(s, operation{
		id: "attach", method: http.MethodPost, path: attachmentsPath, tag: tagRequests, action: access.Attach, status: http.StatusCreated,
		summary: "Attach a file to an answer",
		description: "Takes a PDF, a Word document (.docx), a PNG or a JPEG image of at most 10 MiB, as the body as it is; 20 files and 50 MiB for a request. " +
			"What it is, its content decides. Refused are files with macros, scripts, embedded files, links into other systems, or the position of a camera, " +
			"protected and damaged ones, and two files in one. The same content again is the same file. An answer refers to it in a part of kind document.",
		problems: []rapporteur.ProblemKind{rapporteur.ProblemUnsupported, rapporteur.ProblemReceiptOnly, rapporteur.ProblemClosed, rapporteur.ProblemConflict},
		rawBody:  true, takes: append(rapporteur.AttachedMedia(), octets), maxBody: rapporteur.MaxAttachedFile,
	}, s.attach)
	register(s, operation{
		id: "list-attachments", method: http.MethodGet, path: attachmentsPath, tag: tagRequests, action: access.ReadAttachment,
		summary: "List the files attached to an answer", description: "In the order in which they came, each with the versions of the answer that refer to it.",
	}, s.listAttachments)
	content := map[string]*huma.MediaType{}
	for _, media := range rapporteur.AttachedMedia() {
		content[media] = &huma.MediaType{Schema: &huma.Schema{Type: "string", Format: "binary"}}
	}
	register(s, operation{
		id: "get-attachment", method: http.MethodGet, path: attachmentsPath + "/{id}", tag: tagRequests, action: access.ReadAttachment,
		summary:     "Read a file attached to an answer",
		description: "The bytes as they were sent, for saving and not for showing. Every reading is on record.",
		problems:    []rapporteur.ProblemKind{rapporteur.ProblemUnsupported}, media: content,
	}, s.getAttachment)
	register(s, operation{
		id: "remove-attachment", method: http.MethodDelete, path: attachmentsPath + "/{id}", tag: tagRequests, action: access.Attach,
		status: http.StatusNoContent, summary: "Remove a file attached to an answer",
		description: "Possible as long as no version of the answer refers to the file; versions keep their files.",
		problems:    []rapporteur.ProblemKind{rapporteur.ProblemConflict, rapporteur.ProblemUnsupported},
	}, s.removeAttachment)
}

func (s *service) attach(ctx context.Context, in *attachInput) (*attachOutput, error) {
	name, err := fileName(in.Disposition)
	if err != nil {
		return nil, err
	}
	file, err := s.Attachments.Add(ctx, callOf(ctx).principal, in.key(), rapporteur.IncomingFile{
		Name: name, Declared: in.declared, Content: in.RawBody,
	})
	if err != nil {
		return nil, err
	}
	return &attachOutput{Location: requestURL(in.key()) + "/attachments/" + file.ID(), Body: attachmentOf(file)}, nil
}

// fileName reads the name out of a Content-Disposition; without one there is none.
func fileName(disposition string) (string, error) {
	if disposition == "" {
		return "", nil
	}
	_, parameters, err := mime.ParseMediaType(disposition)
	if err != nil {
		return "", rapporteur.Problemf(rapporteur.ProblemMalformed, "The file's name cannot be read",
			"Write Content-Disposition as RFC 6266 does: attachment; filename*=UTF-8''note%%20verbale.pdf")
	}
	return parameters["filename"], nil
}

func attachmentOf(f rapporteur.AttachedFile) Attachment {
	return Attachment{
		ID: f.ID(), Reference: f.Reference(), Name: f.Name, MediaType: f.Media, Size: f.Size, Hash: f.Hash,
		AttachedAt: instant(f.AttachedAt), AttachedBy: f.AttachedBy, Versions: append([]int{}, f.Versions...),
	}
}

func (s *service) listAttachments(ctx context.Context, in *RequestPath) (*attachmentsOutput, error) {
	out := &attachmentsOutput{}
	out.Body.Items = []Attachment{}
	err := s.Store.Read(ctx, func(ctx context.Context, r rapporteur.Reader) error {
		if _, err := r.Request(ctx, in.key()); err != nil {
			return err
		}
		files, err := r.AttachedFiles(ctx, in.key())
		for _, f := range files {
			out.Body.Items = append(out.Body.Items, attachmentOf(f))
		}
		return err
	})
	return out, err
}

func (s *service) getAttachment(ctx context.Context, in *AttachmentPath) (*contentOutput, error) {
	file, content, err := s.Attachments.Read(ctx, callOf(ctx).principal, in.key(), in.ID)
	if err != nil {
		return nil, err
	}
	return &contentOutput{
		ContentType: file.Media, Disposition: mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}),
		ContentPolicy: sandboxed, ETag: `"` + file.Hash + `"`, Body: content,
	}, nil
}

func (s *service) removeAttachment(ctx context.Context, in *AttachmentPath) (*struct{}, error) {
	return nil, s.Attachments.Remove(ctx, callOf(ctx).principal, in.key(), in.ID)
}
