//go:build e2e

// Package e2e is journeys through the whole program in a real browser: the
// binary that is shipped, started as people start it, and Debian's Chromium.
// Run them with `make test`.
package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var (
	// browser is the context of the one browser that all journeys share; each
	// takes a tab with a profile of its own.
	browser context.Context
	// demo is the program that most journeys share. One that stops it, or needs
	// another database, starts its own.
	demo *program
	// binary is the program under test: CASEFILE_BINARY, or built from here.
	binary string
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "casefile-e2e")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	if binary = os.Getenv("CASEFILE_BINARY"); binary == "" {
		binary = filepath.Join(dir, "casefile")
		if out, err := exec.Command("go", "build", "-o", binary, "casefile/cmd/casefile").CombinedOutput(); err != nil {
			return 1, fmt.Errorf("build the program: %w\n%s", err, out)
		}
	}

	stopBrowser, err := startBrowser(filepath.Join(dir, "profile"))
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, stopBrowser()) }()

	demo, err = startProgram(dir, demoCommand(filepath.Join(dir, "demo"), 600)...)
	if err != nil {
		return 1, err
	}
	code = m.Run()
	return code, demo.stop()
}

// startBrowser starts Chromium with an empty profile. Nothing it does leaves
// this machine.
func startBrowser(profile string) (stop func() error, err error) {
	chromium := os.Getenv("CASEFILE_CHROMIUM")
	if chromium == "" {
		chromium = "/usr/bin/chromium"
	}
	if _, err := os.Stat(chromium); err != nil {
		return nil, fmt.Errorf("there is no browser to drive at %s: run 'make deps', or name one in CASEFILE_CHROMIUM", chromium)
	}
	allocator, cancelAllocator := chromedp.NewExecAllocator(
		context.Background(),
		chromedp.ExecPath(chromium), chromedp.UserDataDir(profile),
		chromedp.Headless, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.NoSandbox, // it has none for root, and it only ever sees our own pages
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-extensions", true),
		chromedp.Flag("disable-features", "Translate"), chromedp.Flag("password-store", "basic"),
		chromedp.Flag("disable-renderer-backgrounding", true), chromedp.Flag("disable-background-timer-throttling", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true), chromedp.Flag("lang", "en-GB"),
		chromedp.Flag("force-color-profile", "srgb"),
	)
	ctx, cancel := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx); err != nil {
		cancel()
		cancelAllocator()
		return nil, fmt.Errorf("start the browser %s: %w", chromium, err)
	}
	browser = ctx
	return func() error {
		defer cancelAllocator()
		defer cancel()
		grace, done := context.WithTimeout(ctx, 20*time.Second)
		defer done()
		if err := chromedp.Cancel(grace); err != nil && !errors.Is(err, context.Canceled) {
			return fmt.Errorf("stop the browser: %w", err)
		}
		return nil
	}, nil
}
