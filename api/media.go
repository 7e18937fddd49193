package api

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/negotiation"
)

// mediaObject describes an answer that is one JSON object of a form that is
// not this document's.
func mediaObject(media, description string) map[string]*huma.MediaType {
	return map[string]*huma.MediaType{media: {Schema: &huma.Schema{
		Type: "object", AdditionalProperties: true, Description: description,
	}}}
}

// negotiated is the first of the offered media types that the client accepts
// best; an error where it accepts none.
func negotiated(accept string, offered ...string) (string, error) {
	if strings.TrimSpace(accept) == "" {
		return offered[0], nil
	}
	if best := negotiation.SelectQValue(accept, offered); best != "" {
		return best, nil
	}
	for part := range strings.SplitSeq(accept, ",") {
		media, _, _ := strings.Cut(part, ";")
		media = strings.TrimSpace(media)
		for _, offer := range offered {
			family, _, _ := strings.Cut(offer, "/")
			if media == "*/*" || media == family+"/*" {
				return offer, nil
			}
		}
	}
	return "", &Problem{
		Type: problemPath + kindNotAcceptable, Title: "None of these media types can be given", Status: http.StatusNotAcceptable,
		Detail: "Accept one of " + strings.Join(offered, ", ") + ".",
	}
}
