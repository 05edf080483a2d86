// Package tamper changes the log of the case side as somebody with every right over the database could who has no key: for the
// tests that count which changes are found.
//
// Invariant: every change leaves the log other than it was, so that one which is not found is a finding.
package tamper

import (
	"fmt"
	"math/rand/v2"
)

// Change is one way to alter the log. The statement expects at least 20 entries in three blocks.
type Change struct {
	Name string
	SQL  func(r *rand.Rand) string
}

// Prepare gives the statements by which an owner gets at the log, and keeps a copy of it.
func Prepare() []string {
	var list []string
	for _, table := range []string{"audit", "seal"} {
		list = append(list, "ALTER TABLE cases."+table+" DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY", "CREATE TABLE public.kept_"+table+" AS SELECT * FROM cases."+table)
	}
	return list
}

// Restore puts the log back as Prepare found it.
const Restore = "DELETE FROM cases.seal; DELETE FROM cases.audit; INSERT INTO cases.audit OVERRIDING SYSTEM VALUE SELECT * FROM public.kept_audit; INSERT INTO cases.seal SELECT * FROM public.kept_seal"

// one is an entry by its place in the log.
func one(n int) string {
	return fmt.Sprintf("(SELECT id FROM cases.audit ORDER BY id OFFSET %d LIMIT 1)", n)
}

func text(r *rand.Rand) string {
	col := []string{"action", "actor", "case_id", "detail"}[r.IntN(4)]
	return fmt.Sprintf("UPDATE cases.audit SET %s = %s || 'x' WHERE id = %s", col, col, one(r.IntN(20)))
}

func moment(r *rand.Rand) string {
	return fmt.Sprintf("UPDATE cases.audit SET at = at - interval '%d milliseconds' WHERE id = %s", 1+r.IntN(90000), one(r.IntN(20)))
}

func person(r *rand.Rand) string {
	return "UPDATE cases.audit SET actor_id = gen_random_uuid() WHERE id = " + one(r.IntN(20))
}

func shortened(r *rand.Rand) string {
	return fmt.Sprintf("UPDATE cases.audit SET mac = substring(mac FOR %d) WHERE id = %s", r.IntN(32), one(r.IntN(20)))
}

func removed(r *rand.Rand) string {
	return "DELETE FROM cases.audit WHERE id = " + one(r.IntN(20))
}

func swapped(r *rand.Rand) string {
	return fmt.Sprintf(`WITH a AS (SELECT * FROM cases.audit ORDER BY id OFFSET %d LIMIT 1), b AS (SELECT * FROM cases.audit ORDER BY id OFFSET %d LIMIT 1)
		UPDATE cases.audit x SET at = y.at, action = y.action, mac = y.mac, nonce = gen_random_uuid() FROM (SELECT a.id, b.at, b.action, b.mac FROM a, b UNION ALL SELECT b.id, a.at, a.action, a.mac FROM a, b) y WHERE x.id = y.id`, r.IntN(10), 10+r.IntN(10))
}

func copied(r *rand.Rand) string {
	return fmt.Sprintf("INSERT INTO cases.audit (nonce, at, actor_id, actor, action, case_id, owner_id, detail, mac) SELECT gen_random_uuid(), at, actor_id, actor, action, case_id, owner_id, detail, mac FROM cases.audit ORDER BY id OFFSET %d LIMIT 1", r.IntN(20))
}

func cut(r *rand.Rand) string {
	return fmt.Sprintf("DELETE FROM cases.audit WHERE id IN (SELECT unnest(entries) FROM cases.seal WHERE n > %[1]d); DELETE FROM cases.seal WHERE n > %[1]d", r.IntN(3))
}

func blockRemoved(r *rand.Rand) string {
	return fmt.Sprintf("DELETE FROM cases.seal WHERE n = %d", 1+r.IntN(3))
}

func blockChanged(r *rand.Rand) string {
	return fmt.Sprintf("UPDATE cases.seal SET entries = entries[2:] WHERE n = %d", 1+r.IntN(3))
}

func signature(r *rand.Rand) string {
	return fmt.Sprintf("UPDATE cases.seal SET signature = set_byte(signature, %d, get_byte(signature, %[1]d) # 1) WHERE n = %d", r.IntN(64), 1+r.IntN(3))
}

// Changes are all the ways, each with chances of its own.
func Changes() []Change {
	return []Change{
		{"changed text", text}, {"changed time", moment}, {"changed actor", person}, {"code cut short", shortened}, {"removed", removed}, {"swapped", swapped},
		{"copied in", copied}, {"cut off with its blocks", cut}, {"block removed", blockRemoved}, {"block changed", blockChanged}, {"signature changed", signature},
	}
}
