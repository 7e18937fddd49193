// Package attachments looks at the files that come with answers and keeps their
// content. What is taken is a PDF, a Word document (Office Open XML, ISO/IEC
// 29500), a PNG or a JPEG image, by what its bytes say; what is kept is sealed
// before it leaves the process, in a folder or in an S3-compatible bucket.
//
// An inspected file is whole, is of one kind only, and holds nothing that this
// package knows how to find and that could act, hide something, or tell where
// somebody was: no macros, scripts, embedded files or external templates, no
// archive behind a picture, no position in a photograph. It is no virus scanner
// and reads no text: a document can still lie, and can still name a person.
//
// What is not looked at: in a PDF, streams other than object streams, which only
// hold pages, pictures and fonts, and whatever is encrypted is refused for that;
// in a Word document, the pictures themselves but for positions; in pictures, the
// pixels.
package attachments
