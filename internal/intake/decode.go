package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"casefile/internal/fault"
)

var (
	bomUTF8    = []byte{0xEF, 0xBB, 0xBF}
	bomUTF16LE = []byte{0xFF, 0xFE}
	bomUTF16BE = []byte{0xFE, 0xFF}
	zipMark    = []byte("PK\x03\x04")
	oleMark    = []byte{0xD0, 0xCF, 0x11, 0xE0}
)

// decoded gives the bytes of a file in UTF-8, as far as the file says what it
// is in, and names what it found. Without a mark the bytes come as they are:
// whether they are UTF-8 or Windows-1252 is decided row by row, since a file
// put together from two exports has both.
func decoded(r io.Reader) (io.Reader, string, error) {
	in := bufio.NewReaderSize(r, 4096)
	head, err := in.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", fmt.Errorf("read the file: %w", err)
	}
	switch {
	case len(head) == 0:
		return nil, "", fault.New(fault.Invalid, "The file is empty.")
	case bytes.HasPrefix(head, zipMark), bytes.HasPrefix(head, oleMark):
		return nil, "", fault.New(fault.Invalid, "This is a spreadsheet or an archive. Save the sheet as CSV UTF-8 and import that.")
	case bytes.HasPrefix(head, bomUTF8):
		_, err := in.Discard(len(bomUTF8))
		return in, "UTF-8", err
	case bytes.HasPrefix(head, bomUTF16LE), bytes.HasPrefix(head, bomUTF16BE):
		// The decoder follows the mark; the order given here is only for files without.
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(in), "UTF-16", nil
	case bytes.IndexByte(head, 0) >= 0:
		return nil, "", fault.New(fault.Invalid, "This is not a text file, or it is in UTF-16 without a mark that says so. Save it as CSV UTF-8 and import that.")
	}
	return in, "UTF-8", nil
}

// fromWindows1252 turns a cell that is not UTF-8 into one that is. Every byte
// stands for something in Windows-1252 or for a control character, which the
// checks on cells refuse.
func fromWindows1252(cell string) string {
	b := make([]rune, 0, len(cell))
	for i := range len(cell) {
		b = append(b, charmap.Windows1252.DecodeByte(cell[i]))
	}
	return string(b)
}

func anyInvalid(cells []string) bool {
	for _, c := range cells {
		if !utf8.ValidString(c) {
			return true
		}
	}
	return false
}
