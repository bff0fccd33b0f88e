package main

import (
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"casefile/internal/config"
	"casefile/internal/document"
	"casefile/internal/population"
	"casefile/internal/store"
)

// In the demo some children have documents, in each way that a document can stand.
func TestTheDemoHasDocuments(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	address := config.Address{Engine: config.SQLite, Where: config.NewSecret(filepath.Join(dir, "casefile.db"))}
	if err := migrate(ctx, address); err != nil {
		t.Fatal(err)
	}
	keys := filepath.Join(dir, "keys.json")
	if _, err := bindKeys(ctx, address, keys); err != nil {
		t.Fatal(err)
	}
	h, err := openHouse(ctx, address, keys, "", nil, "", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := h.close(); err != nil {
			t.Error(err)
		}
	}()
	authority := population.New(1, 120, h.casework.Today())
	if _, err := h.invent(ctx, authority, true, func(int) {}); err != nil {
		t.Fatal(err)
	}
	if err := h.inventDocuments(ctx); err != nil {
		t.Fatal(err)
	}
	stands, forms, corrected := map[document.State]int{}, map[string]bool{}, 0
	err = h.db.View(ctx, func(r store.Reader) error {
		holders, err := r.Holders(ctx, h.casework.Today())
		if err != nil {
			return err
		}
		for _, f := range h.defs.Forms() {
			pair, _, err := h.pairFor(ctx, holders, f)
			if err != nil {
				return err
			}
			for _, child := range pair.children {
				list, err := r.Documents(ctx, child.ID)
				if err != nil {
					return err
				}
				for _, d := range list {
					if d.Form != f.ID {
						continue
					}
					stands[d.State()]++
					forms[d.Form] = true
					if len(d.Versions()) > 1 {
						corrected++
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if stands[document.Draft] == 0 || stands[document.Waiting] == 0 || stands[document.Final] < 2 || corrected == 0 || len(forms) < 2 {
		t.Errorf("documents stand as %v, %d of them corrected, of the forms %v", stands, corrected, forms)
	}
}
