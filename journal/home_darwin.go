package journal

// stateHome is the folder for what programs keep.
func stateHome(env func(string) string) (string, error) {
	return home(env, "HOME", "Library", "Application Support")
}
