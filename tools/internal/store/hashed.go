package store

import (
	"database/sql"
	"errors"
	"strings"
)

// laterTables is the part of the schema that older stores do not have.
var laterTables = func() (tables string) {
	const begin = "create table if not exists "
	for _, part := range strings.Split(schema, begin)[1:] {
		columns, _, _ := strings.Cut(part, ";")
		tables += begin + columns + ";"
	}
	return tables
}()

// KeepHash keeps the hash of images, by a fingerprint of their files.
func (s *Store) KeepHash(fingerprint, hash string) error {
	_, err := s.db.Exec("insert or replace into hashed values(?, ?, ?)", fingerprint, hash, now())
	return s.wrap(err)
}

// Hash returns the hash that was kept for a fingerprint, and when; "" if there is none.
func (s *Store) Hash(fingerprint string) (hash, at string, err error) {
	var tables int
	if err := s.db.QueryRow("select count(*) from sqlite_schema where name = 'hashed'").Scan(&tables); err != nil || tables == 0 {
		return "", "", s.wrap(err)
	}
	err = s.db.QueryRow("select hash, at from hashed where fingerprint = ?", fingerprint).Scan(&hash, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return "", "", nil
	}
	return hash, at, s.wrap(err)
}
