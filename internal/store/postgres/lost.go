package postgres

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
)

// lost reports whether the connection broke under the statement.
func lost(err error) bool {
	_, network := errors.AsType[net.Error](err)
	return network || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, net.ErrClosed)
}
