package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"sync"

	_ "golang.org/x/image/webp" // read
	_ "image/gif"               // read
	_ "image/png"               // read

	"golang.org/x/image/draw"

	"casefile/internal/date"
)

// ThumbnailSize is how wide and high a thumbnail is at most, in pixels.
const ThumbnailSize = 192

// mostPixels is how large a picture is at most of which a thumbnail is made. A
// picture of few bytes can claim to be of any size; this one takes 100 MB. It is
// our own choice: telephones take 12 to 24 million.
const mostPixels = 25_000_000

// ErrNoThumbnail says that no small picture can be made of this content: it is
// of no kind that can be read here, too large, or not whole.
var ErrNoThumbnail = errors.New("no thumbnail can be made of this")

// oneAtATime, because each takes much memory for a moment.
var oneAtATime sync.Mutex

// Thumbnail makes a small picture: a JPEG, turned the right way up, with nothing
// in it of where, when and with what the picture was taken. Of one that is too
// large only the beginning is read. open gives the content from its beginning.
func Thumbnail(open func() (io.ReadCloser, error)) ([]byte, error) {
	oneAtATime.Lock()
	defer oneAtATime.Unlock()
	turned, err := measure(open)
	if err != nil {
		return nil, err
	}
	content, err := open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = content.Close() }() // only read from: nothing can be lost in closing
	whole, _, err := image.Decode(content)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoThumbnail, err)
	}
	small := turn(shrink(whole), turned)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: 82}); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// measure holds a picture to its bounds, and says how it is turned.
func measure(open func() (io.ReadCloser, error)) (turned int, err error) {
	content, err := open()
	if err != nil {
		return 0, err
	}
	defer func() { _ = content.Close() }() // only read from: nothing can be lost in closing
	head, err := io.ReadAll(io.LimitReader(content, HeadSize))
	if err != nil {
		return 0, err
	}
	c, _, err := image.DecodeConfig(io.MultiReader(bytes.NewReader(head), content))
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrNoThumbnail, err)
	}
	if c.Width <= 0 || c.Height <= 0 || c.Width > mostPixels/c.Height {
		return 0, fmt.Errorf("%w: %d by %d is too large", ErrNoThumbnail, c.Width, c.Height)
	}
	return orientation(head), nil
}

// shrink makes a picture as small as a thumbnail, on white where one sees through.
func shrink(whole image.Image) *image.RGBA {
	size := whole.Bounds().Size()
	w, h := size.X, size.Y
	if longest := max(w, h); longest > ThumbnailSize {
		w, h = max(w*ThumbnailSize/longest, 1), max(h*ThumbnailSize/longest, 1)
	}
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(small, small.Bounds(), image.White, image.Point{}, draw.Src)
	draw.CatmullRom.Scale(small, small.Bounds(), whole, whole.Bounds(), draw.Over, nil)
	return small
}

// turn puts a picture the right way up. The eight ways are those of the Exif tag
// Orientation; what is none of them is 1. Source: Exif 2.3, tag 0x0112.
func turn(p *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return p
	}
	w, h := p.Bounds().Dx(), p.Bounds().Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			to := [...][2]int{
				2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y},
				5: {y, x}, 6: {h - 1 - y, x}, 7: {h - 1 - y, w - 1 - x}, 8: {y, w - 1 - x},
			}[orientation]
			out.SetRGBA(to[0], to[1], p.RGBAAt(x, y))
		}
	}
	return out
}

// orientation reads the Exif tag from the first bytes of a JPEG; 1 where there
// is none, or none that can be read.
func orientation(head []byte) int {
	const upright = 1
	if len(head) < 4 || head[0] != 0xff || head[1] != 0xd8 {
		return upright
	}
	for at := 2; at+4 <= len(head) && head[at] == 0xff; {
		marker, size := head[at+1], int(binary.BigEndian.Uint16(head[at+2:]))
		if marker == 0xda || size < 2 || at+2+size > len(head) { // the picture begins, or the segment is cut
			return upright
		}
		segment := head[at+4 : at+2+size]
		if marker == 0xe1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")) {
			return tiffOrientation(segment[6:])
		}
		at += 2 + size
	}
	return upright
}

func tiffOrientation(b []byte) int {
	const upright = 1
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case len(b) < 8:
		return upright
	case string(b[:4]) == "MM\x00\x2a":
		order = binary.BigEndian
	case string(b[:4]) != "II\x2a\x00":
		return upright
	}
	at := int(order.Uint32(b[4:]))
	if at < 8 || at+2 > len(b) {
		return upright
	}
	n := int(order.Uint16(b[at:]))
	for i := range n {
		entry := at + 2 + i*12
		if entry+12 > len(b) {
			return upright
		}
		if order.Uint16(b[entry:]) == 0x0112 {
			return int(order.Uint16(b[entry+8:]))
		}
	}
	return upright
}

// A Portrait is the photograph by which somebody is known: the latest that was
// added as one.
type Portrait struct {
	File   ID
	Sealed []byte // its thumbnail
	Dated  date.Date
}
