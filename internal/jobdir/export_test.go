package jobdir

// Remove removes a job's journal.
func Remove(j *Job) error { return remove(j.Path) }
