package main

import (
	"context"
	"fmt"
	"os"
)

type migrateCmd struct{ dataDir }

// Run makes the database and the encryption keys, or brings the database up to
// date. On PostgreSQL it runs as the owner of the tables.
func (c *migrateCmd) Run(ctx context.Context) error {
	address, err := c.Address(os.LookupEnv, c.Data)
	if err != nil {
		return err
	}
	if err := migrate(ctx, address); err != nil {
		return err
	}
	file := keysFile(c.Keys, c.Data)
	made, err := bindKeys(ctx, address, file)
	if err != nil {
		return err
	}
	fmt.Printf("%s is up to date.\n", address.Name())
	if made {
		fmt.Printf("Made the encryption keys in %s. Keep a copy where the database's copies are not: without the keys, neither one-time codes nor the details of footprints can be read.\n", file)
	}
	return nil
}
