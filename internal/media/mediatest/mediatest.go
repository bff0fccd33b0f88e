// Package mediatest makes small files of every type that a record keeps, for
// tests. Each is made here, byte by byte; none shows anybody.
package mediatest

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

// A Sample is a file: what it is called, its content, and the kind that the
// record gives it.
type Sample struct {
	Name string
	Kind string
	Body []byte
}

// Every is a sample of each type that definitions/files/types.yaml has.
func Every(t testing.TB) []Sample {
	t.Helper()
	return []Sample{
		{"report.pdf", "document", PDF()},
		{"letter.docx", "document", office(t, "[Content_Types].xml", "_rels/.rels", "word/document.xml")},
		{"table.xlsx", "document", office(t, "[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")},
		{"letter.odt", "document", openDocument(t, "application/vnd.oasis.opendocument.text")},
		{"table.ods", "document", openDocument(t, "application/vnd.oasis.opendocument.spreadsheet")},
		{"note.rtf", "document", []byte(`{\rtf1\ansi A note.}`)},
		{"note.txt", "document", []byte("A note, in plain words.\n")},
		{"table.csv", "document", []byte("day,place\n2026-03-05,college\n2026-03-06,home\n")},
		{"photo.jpg", "photograph", JPEG(t)},
		{"photo.png", "photograph", PNG(t)},
		{"photo.gif", "photograph", GIF(t)},
		{"photo.webp", "photograph", riff("WEBP", "VP8 ", make([]byte, 10))},
		{"photo.heic", "photograph", movie("heic", "mif1", "heic")},
		{"voice.mp3", "audio", mp3()},
		{"voice.m4a", "audio", movie("M4A ", "isom", "mp42")},
		{"voice.wav", "audio", WAV()},
		{"voice.ogg", "audio", append([]byte("OggS\x00\x02"), append(make([]byte, 22), "\x7fFLAC"...)...)},
		{"film.mp4", "video", MP4()},
		{"film.mov", "video", movie("qt  ", "qt  ")},
	}
}

// PDF is a document of one empty page.
func PDF() []byte {
	return []byte("%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n" +
		"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n" +
		"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>\nendobj\n" +
		"trailer\n<< /Root 1 0 R >>\n%%EOF\n")
}

func picture() image.Image {
	p := image.NewPaletted(image.Rect(0, 0, 2, 2), color.Palette{color.White, color.Black})
	p.SetColorIndex(1, 1, 1)
	return p
}

// PNG is a picture of four dots.
func PNG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// JPEG is the same picture.
func JPEG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// GIF is the same picture.
func GIF(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// riff is a container of one part.
func riff(form, part string, body []byte) []byte {
	b := []byte("RIFF")
	b = binary.LittleEndian.AppendUint32(b, uint32(4+8+len(body)))
	b = append(b, form+part...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(body)))
	return append(b, body...)
}

// WAV is a tenth of a second of silence: 800 samples of 8 bits.
func WAV() []byte {
	var format []byte
	for _, v := range []any{uint16(1), uint16(1), uint32(8000), uint32(8000), uint16(1), uint16(8)} {
		switch v := v.(type) {
		case uint16:
			format = binary.LittleEndian.AppendUint16(format, v)
		case uint32:
			format = binary.LittleEndian.AppendUint32(format, v)
		}
	}
	silence := bytes.Repeat([]byte{128}, 800)
	b := riff("WAVE", "fmt ", format)
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(silence)))
	b = append(b, silence...)
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

// mp3 is four frames of silence.
func mp3() []byte {
	frame := append([]byte{0xff, 0xfb, 0x90, 0x00}, make([]byte, 413)...)
	return bytes.Repeat(frame, 4)
}

// MP4 is a film with nothing in it.
func MP4() []byte { return movie("isom", "isom", "mp42") }

// movie is the head of a file of the MPEG-4 family, with its brand and those it
// agrees with, and an empty part for what is shown.
func movie(brand string, agrees ...string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(16+4*len(agrees)))
	b = append(b, "ftyp"+brand+"\x00\x00\x02\x00"...)
	for _, a := range agrees {
		b = append(b, a...)
	}
	return append(b, "\x00\x00\x00\x08mdat"...)
}

// office is a package as office programs write it.
func office(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range parts {
		part(t, z, name, "<x/>")
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func openDocument(t testing.TB, mediaType string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	// The type comes first and as it is, with its length before it, so that it
	// can be recognised.
	w, err := z.CreateRaw(&zip.FileHeader{
		Name: "mimetype", Method: zip.Store, UncompressedSize64: uint64(len(mediaType)), CompressedSize64: uint64(len(mediaType)),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(mediaType)); err != nil {
		t.Fatal(err)
	}
	part(t, z, "content.xml", "<x/>")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func part(t testing.TB, z *zip.Writer, name, body string) {
	t.Helper()
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
}
