package media_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	pngcodec "image/png"
	"io"
	"testing"

	"casefile/internal/media"
)

// corner is a picture whose left upper quarter is red, the rest blue.
func corner(w, h int) image.Image {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{0, 0, 255, 255}
			if x < w/2 && y < h/2 {
				c = color.RGBA{255, 0, 0, 255}
			}
			p.Set(x, y, c)
		}
	}
	return p
}

// exif puts the tag and a place into a JPEG, as cameras do.
func exif(t *testing.T, body []byte, orientation uint16, order binary.AppendByteOrder) []byte {
	t.Helper()
	tiff := []byte("II\x2a\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		tiff = []byte("MM\x00\x2a")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	tiff = order.AppendUint32(order.AppendUint16(order.AppendUint16(tiff, 0x010e), 2), 4) // a description
	tiff = append(tiff, "Qy1\x00"...)
	tiff = order.AppendUint32(order.AppendUint16(order.AppendUint16(tiff, 0x0112), 3), 1)
	tiff = append(order.AppendUint16(tiff, orientation), 0, 0)
	segment := append([]byte("Exif\x00\x00"), tiff...)
	out := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(segment)+2))
	return append(append(out, segment...), body[2:]...)
}

func decoded(t *testing.T, b []byte) image.Image {
	t.Helper()
	p, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestThumbnailIsTurnedAndSaysNothing(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, corner(800, 400), nil); err != nil {
		t.Fatal(err)
	}
	// Where red ends up: right, low.
	for orientation, red := range map[uint16][2]bool{1: {false, false}, 2: {true, false}, 3: {true, true}, 4: {false, true}, 5: {false, false}, 6: {true, false}, 7: {true, true}, 8: {false, true}} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			in := exif(t, b.Bytes(), orientation, order)
			out, err := media.Thumbnail(again(in))
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(out, []byte("Exif")) || bytes.Contains(out, []byte("Qy1")) {
				t.Errorf("orientation %d: the thumbnail says what the camera wrote", orientation)
			}
			p := decoded(t, out)
			w, h := p.Bounds().Dx(), p.Bounds().Dy()
			if tall := orientation >= 5; tall != (h > w) || max(w, h) != media.ThumbnailSize {
				t.Errorf("orientation %d: %d by %d", orientation, w, h)
			}
			for right := range 2 {
				for low := range 2 {
					r, _, blue, _ := p.At(w/4+right*w/2, h/4+low*h/2).RGBA()
					if want := red == [2]bool{right == 1, low == 1}; want != (r > blue) {
						t.Errorf("orientation %d: right %d, low %d is red: %v, want %v", orientation, right, low, r > blue, want)
					}
				}
			}
		}
	}
}

func TestThumbnailOfSmallAndSeenThrough(t *testing.T) {
	var b bytes.Buffer
	if err := pngcodec.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 40, 20))); err != nil {
		t.Fatal(err)
	}
	out, err := media.Thumbnail(again(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	p := decoded(t, out)
	if p.Bounds().Dx() != 40 {
		t.Errorf("a small picture became %v", p.Bounds())
	}
	if r, _, _, _ := p.At(5, 5).RGBA(); r < 0xf000 {
		t.Error("what one sees through is not on white")
	}
}

func again(content []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
}

// Of a picture that is too large no more is read than its beginning.
func TestTooLargeIsNotReadWhole(t *testing.T) {
	var b bytes.Buffer
	if err := pngcodec.Encode(&b, corner(10, 10)); err != nil {
		t.Fatal(err)
	}
	binary.BigEndian.PutUint32(b.Bytes()[16:], 60_000) // the width and height of a PNG
	binary.BigEndian.PutUint32(b.Bytes()[20:], 60_000)
	b.Write(make([]byte, 1<<20))
	rest := bytes.NewReader(b.Bytes())
	_, err := media.Thumbnail(func() (io.ReadCloser, error) { return io.NopCloser(rest), nil })
	if !errors.Is(err, media.ErrNoThumbnail) || rest.Len() < 1<<19 {
		t.Errorf("%v with %d bytes not read", err, rest.Len())
	}
}

// Content that is nothing, or lies about its size, gives no thumbnail and takes
// no memory.
func TestNoThumbnail(t *testing.T) {
	var b bytes.Buffer
	if err := pngcodec.Encode(&b, corner(10, 10)); err != nil {
		t.Fatal(err)
	}
	huge := bytes.Clone(b.Bytes())
	binary.BigEndian.PutUint32(huge[16:], 60_000) // the width and height of a PNG
	binary.BigEndian.PutUint32(huge[20:], 60_000)
	for name, content := range map[string][]byte{"nothing": nil, "text": []byte("not a picture"), "cut off": b.Bytes()[:40], "huge": huge} {
		if _, err := media.Thumbnail(again(content)); !errors.Is(err, media.ErrNoThumbnail) {
			t.Errorf("%s: %v, want no thumbnail", name, err)
		}
	}
}

func FuzzThumbnail(f *testing.F) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, corner(16, 8), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II\x2a\x00\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, content []byte) {
		out, err := media.Thumbnail(again(content))
		if err == nil && len(out) == 0 {
			t.Error("an empty thumbnail")
		}
	})
}
