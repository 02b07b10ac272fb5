package journal

// Remove removes a job's journal.
func Remove(j *Job) error { return remove(j) }
