package access

// Rows counts the rows of an action.
func Rows(act Action) int { return len(table[act]) }

// CanWithout is Can for a person, as if the i-th row of the action were not there.
func CanWithout(i int, a Actor, act Action, r Resource) bool {
	rows := append(append([]Rule{}, table[act][:i]...), table[act][i+1:]...)
	return decide(rows, a, r) == allowed
}
