package course

// RevisionColumn reads, next to the session's row s, what a reader's page of a lesson of the course $3 is good for: the revision of what
// the reader did in it. The version is the one that was begun; who has not begun has no revision.
const RevisionColumn = "(SELECT l.revision FROM course.learning l WHERE l.person_id = s.person_id AND l.course = $3)"
