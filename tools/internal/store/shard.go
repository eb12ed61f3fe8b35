package store

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"steady/core/bench"
)

// Shard is a part of a benchmark, Number of Shards from 0 on, that belongs to a store, and the last command that computed it.
type Shard struct {
	Number, Shards int
	Command        []string // its words
	Folder         string   // in which it was called
	Keys           []bench.Key
}

// AddShard notes that a part of the benchmark belongs to the store, in the place of what it was told of the same part before.
func (s *Store) AddShard(shard Shard) error {
	command, err := json.Marshal(shard.Command)
	if err != nil {
		return s.wrap(err)
	}
	return s.wrap(s.write(func(tx *sql.Tx) error {
		var id int64
		if err := tx.QueryRow("insert into shard(number, shards, command, folder) values(?, ?, ?, ?) on conflict(number, shards) "+
			"do update set command = excluded.command, folder = excluded.folder returning id",
			shard.Number, shard.Shards, string(command), shard.Folder).Scan(&id); err != nil {
			return err
		}
		if _, err := tx.Exec("delete from assigned where shard = ?", id); err != nil {
			return err
		}
		for _, key := range shard.Keys {
			if _, err := tx.Exec("insert into assigned values(?, ?) on conflict do nothing", id, key[:]); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Shards returns the parts that belong to the store; none if all of the benchmark does.
func (s *Store) Shards() (list []Shard, err error) {
	var tables int
	if err := s.db.QueryRow("select count(*) from sqlite_schema where name = 'shard'").Scan(&tables); err != nil || tables == 0 {
		return nil, s.wrap(err)
	}
	rows, err := s.db.Query("select number, shards, command, folder, a.key from shard left join assigned a on a.shard = shard.id order by shards, number, a.key")
	if err != nil {
		return nil, s.wrap(err)
	}
	defer rows.Close()
	for rows.Next() {
		var one Shard
		var command string
		var key []byte
		if err := rows.Scan(&one.Number, &one.Shards, &command, &one.Folder, &key); err != nil {
			return nil, s.wrap(err)
		}
		if one.Number < 0 || one.Number >= one.Shards {
			return nil, s.wrap(fmt.Errorf("there is a shard %d of %d", one.Number, one.Shards))
		}
		if n := len(list); n == 0 || list[n-1].Number != one.Number || list[n-1].Shards != one.Shards {
			if err := json.Unmarshal([]byte(command), &one.Command); err != nil {
				return nil, s.wrap(fmt.Errorf("the command of shard %d: %w", one.Number, err))
			}
			list = append(list, one)
		}
		if key == nil { // it has nothing to do
			continue
		}
		if len(key) != len(bench.Key{}) {
			return nil, s.wrap(fmt.Errorf("a slice of shard %d has a key of %d bytes, want %d", one.Number, len(key), len(bench.Key{})))
		}
		last := &list[len(list)-1]
		last.Keys = append(last.Keys, bench.Key(key))
	}
	return list, s.wrap(rows.Err())
}
