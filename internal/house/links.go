package house

import (
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

var (
	linkInline    = regexp.MustCompile(`\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)`)
	linkReference = regexp.MustCompile(`^\s{0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)`)
	heading       = regexp.MustCompile(`^#{1,6}\s+(.*?)\s*#*\s*$`)
	anchor        = regexp.MustCompile(`<a\s+(?:id|name)="([^"]+)"`)
	codeSpan      = regexp.MustCompile("`[^`]*`")
)

// Links finds links in pages of Markdown to files, folders or headings that are
// not there. Addresses on the web are not tried: a check that needs the network
// fails for reasons of its own.
func Links(root fs.FS) ([]Finding, error) {
	anchors := map[string]map[string]bool{}
	err := files(root, []string{"."}, ".md", func(name, text string) error {
		anchors[name] = anchorsOf(text)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var found []Finding
	err = files(root, []string{"."}, ".md", func(name, text string) error {
		prose(text, func(n int, line string) {
			line = codeSpan.ReplaceAllString(line, "``")
			var targets []string
			for _, m := range linkInline.FindAllStringSubmatch(line, -1) {
				targets = append(targets, m[1])
			}
			if m := linkReference.FindStringSubmatch(line); m != nil {
				targets = append(targets, m[1])
			}
			for _, t := range targets {
				if say := broken(root, anchors, name, t); say != "" {
					found = append(found, Finding{name, n, say})
				}
			}
		})
		return nil
	})
	return found, err
}

func broken(root fs.FS, anchors map[string]map[string]bool, page, target string) string {
	u, err := url.Parse(target)
	if err != nil {
		return "the link " + target + " cannot be read"
	}
	if u.Scheme != "" || u.Host != "" {
		return ""
	}
	to := page
	if u.Path != "" {
		to = path.Join(path.Dir(page), u.Path)
		if strings.HasPrefix(u.Path, "/") || to == ".." || strings.HasPrefix(to, "../") {
			return "the link " + target + " leads out of the repository"
		}
		if _, err := fs.Stat(root, to); err != nil {
			return "the link " + target + " leads to nothing"
		}
	}
	if u.Fragment != "" && strings.HasSuffix(to, ".md") && !anchors[to][u.Fragment] {
		return "the link " + target + " names a heading that is not there"
	}
	return ""
}

// anchorsOf lists what a link can point at in a page, as forges name headings:
// lower case, spaces to hyphens, other signs left out, -1 for the second alike.
func anchorsOf(text string) map[string]bool {
	all := map[string]bool{}
	prose(text, func(_ int, line string) {
		for _, m := range anchor.FindAllStringSubmatch(line, -1) {
			all[m[1]] = true
		}
		m := heading.FindStringSubmatch(line)
		if m == nil {
			return
		}
		var b strings.Builder
		for _, r := range strings.ToLower(m[1]) {
			switch {
			case r == ' ':
				b.WriteByte('-')
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				b.WriteRune(r)
			}
		}
		slug := b.String()
		for n := 1; all[slug]; n++ {
			slug = b.String() + "-" + strconv.Itoa(n)
		}
		all[slug] = true
	})
	return all
}

// prose calls f with each line that is not in a fenced block of code.
func prose(text string, f func(n int, line string)) {
	n, fence := 0, ""
	for line := range strings.Lines(text) {
		n++
		t := strings.TrimSpace(line)
		if fence == "" && (strings.HasPrefix(t, "```") || strings.HasPrefix(t, "~~~")) {
			fence = t[:3]
			continue
		}
		if fence != "" {
			if strings.HasPrefix(t, fence) {
				fence = ""
			}
			continue
		}
		f(n, strings.TrimRight(line, "\r\n"))
	}
}
