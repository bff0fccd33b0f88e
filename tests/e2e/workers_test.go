//go:build e2e

package e2e

import "testing"

// The pages about who works with whom, as a manager and a worker meet them: at
// a desk and on a telephone, no rule of accessibility broken.
func TestPagesOfWhoWorksWithWhom(t *testing.T) {
	p := newPage(t, demo, wide)
	for _, status := range []string{"404", "409", "422"} {
		p.mayLog("status of " + status)
	}
	p.signIn(manager)
	p.goTo("/work")
	p.see("Unallocated", "Worker has left", "Away without cover")
	p.inspect("team-work")
	p.goTo("/caseloads")
	p.inspect("caseload")
	p.goTo("/caseloads?state=unallocated")
	p.inspect("caseload-unallocated")
	p.goTo("/caseloads?of=service&state=left")
	p.inspect("caseload-left")
	p.goTo("/caseloads?sort=name")
	of := eval[string](p, `document.querySelector("tbody a[href$='/workers']").getAttribute("href")`)
	p.goTo(of)
	p.see("Professionals of other agencies")
	p.inspect("file-workers")
	at := eval[string](p, `[...document.querySelectorAll("a")].map((a) => a.getAttribute("href")).find((h) => h && h.endsWith("/close")).replace("/close", "")`)
	p.goTo(at + "/transfer")
	p.inspect("transfer")
	p.press("Pass the case on")
	p.wantAlert("There is a problem")
	p.inspect("transfer-wrong")
	p.goTo(at + "/further")
	p.inspect("further")
	p.goTo(at + "/close")
	p.inspect("close-case")
	p.goTo(of + "/open")
	p.inspect("open-case")
	p.goTo(of)
	p.press("Add a professional")
	p.press("Add the professional")
	p.wantAlert("There is a problem")
	p.inspect("professional-wrong")

	p.goTo("/workers")
	p.goTo(eval[string](p, `[...document.querySelectorAll("main a")].map((a) => a.getAttribute("href")).find((h) => /^\/workers\/[0-9a-f-]{30,}$/.test(h))`))
	p.inspect("worker")
	p.goTo(eval[string](p, `[...document.querySelectorAll("main a")].map((a) => a.getAttribute("href")).find((h) => h.endsWith("/end"))`))
	p.inspect("end-role")
	p.signOut()

	p.signIn(adviser)
	p.goTo("/workers/me")
	p.press("Declare an absence")
	p.press("Declare the absence")
	p.wantAlert("There is a problem")
	p.inspect("absence-wrong")
}
