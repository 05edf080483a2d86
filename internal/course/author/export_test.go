package author

import "shelter/internal/course"

// WriteHead and WriteLessons are what the forms write.
func WriteHead(file []byte, c *course.Course, h Head) []byte    { return writeHead(file, c, h) }
func WriteLessons(file []byte, lessons []*course.Lesson) []byte { return writeLessons(file, lessons) }
